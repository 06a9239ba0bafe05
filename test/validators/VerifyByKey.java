import com.cosium.standard_webhooks_consumer.WebhookSignatureVerificationException;
import com.cosium.standard_webhooks_consumer.WebhookSignatureVerifier;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Asks Cosium's library for Standard Webhooks about requests that Ed25519 keys sign: README.md says how. */
class VerifyByKey {
  /** The library reads a key as X.509 has it (RFC 8410); the key itself is the 32 bytes behind this. */
  private static final byte[] BEFORE_KEY = HexFormat.of().parseHex("302a300506032b6570032100");

  public static void main(String[] args) throws Exception {
    int wrong = 0;
    int all = 0;
    for (String line : Files.readAllLines(Path.of(args[0]))) {
      JsonNode request = new ObjectMapper().readTree(line);
      String why = refusal(request);
      boolean isRight = (why == null) == request.get("isGenuine").asBoolean();
      wrong += isRight ? 0 : 1;
      all += 1;
      System.out.println((isRight ? "ok    " : "WRONG ") + request.get("what").asText() + ": " + (why == null ? "accepted" : why));
    }
    System.out.println(all + " requests, " + wrong + " judged otherwise than they are");
    System.exit(wrong == 0 ? 0 : 1);
  }

  private static String refusal(JsonNode request) {
    List<String> keys = new ArrayList<>();
    request.get("keys").forEach(key -> keys.add(asX509(key.asText())));
    WebhookSignatureVerifier.Builder builder = WebhookSignatureVerifier.builder(keys.get(0));
    keys.stream().skip(1).forEach(builder::addSerializedVerificationKey);
    Map<String, List<String>> headers = new HashMap<>();
    request.get("headers").fields().forEachRemaining(header -> headers.put(header.getKey(), List.of(header.getValue().asText())));
    try {
      builder.build().verify(HttpHeaders.of(headers, (name, value) -> true), request.get("body").asText());
      return null;
    } catch (WebhookSignatureVerificationException | RuntimeException error) {
      return error.getMessage();
    }
  }

  private static String asX509(String key) {
    byte[] raw = Base64.getDecoder().decode(key.substring("whpk_".length()));
    byte[] whole = new byte[BEFORE_KEY.length + raw.length];
    System.arraycopy(BEFORE_KEY, 0, whole, 0, BEFORE_KEY.length);
    System.arraycopy(raw, 0, whole, BEFORE_KEY.length, raw.length);
    return "whpk_" + Base64.getEncoder().encodeToString(whole);
  }
}
