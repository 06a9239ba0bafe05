# WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
# ruby verify-signatures.rb body.json. Ruby 3.0 or newer, no gems. Each of the two methods suffices for a receiver.
require 'openssl'

TOLERANCE_SECONDS = 300

def recent?(timestamp)
  timestamp.match?(/\A[0-9]{1,12}\z/) && (Time.now.to_i - timestamp.to_i).abs <= TOLERANCE_SECONDS
end

# `header` is x-thalian-signature, `body` the raw body, `secret` the whole secret, `whsec_` included.
def genuine?(header, body, secret)
  parts = header.split(',')
  timestamp = parts.find { |part| part.start_with?('t=') }.to_s.delete_prefix('t=')
  return false if secret.empty? || !recent?(timestamp)

  expected = "v1=#{OpenSSL::HMAC.hexdigest('SHA256', secret, "#{timestamp}.".b + body)}"
  parts.any? { |part| OpenSSL.secure_compare(part, expected) }
end

# By Standard Webhooks: the key is what follows `whsec_`, decoded.
def genuine_standard?(id, timestamp, signatures, body, secret)
  key = secret.start_with?('whsec_') ? secret.delete_prefix('whsec_').unpack1('m') : secret
  return false if key.empty? || id.empty? || !recent?(timestamp)

  expected = "v1,#{[OpenSSL::HMAC.digest('SHA256', key, "#{id}.#{timestamp}.".b + body)].pack('m0')}"
  signatures.split(' ').any? { |given| OpenSSL.secure_compare(given, expected) }
end

body = File.binread(ARGV.fetch(0))
secret, header, id, timestamp, signatures =
  %w[WEBHOOK_SECRET X_THALIAN_SIGNATURE WEBHOOK_ID WEBHOOK_TIMESTAMP WEBHOOK_SIGNATURE].map { |name| ENV.fetch(name, '') }
abort_with = ->(problem) { puts("invalid: #{problem}") || exit(1) }
abort_with.call('x-thalian-signature') unless genuine?(header, body, secret)
abort_with.call('webhook-signature') unless genuine_standard?(id, timestamp, signatures, body, secret)
puts 'valid'
