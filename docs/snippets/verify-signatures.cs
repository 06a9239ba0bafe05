// WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
// dotnet run verify-signatures.cs body.json. .NET 10 or newer, no packages. Each of the two methods suffices for a receiver.
using System.Security.Cryptography;
using System.Text;

const long ToleranceSeconds = 300;

static bool IsRecent(string timestamp) =>
    timestamp.Length is > 0 and <= 12
    && timestamp.All(char.IsAsciiDigit)
    && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) <= ToleranceSeconds;

static byte[] Sign(byte[] key, string before, byte[] body) =>
    HMACSHA256.HashData(key, [.. Encoding.UTF8.GetBytes(before), .. body]);

static bool AreEqual(string a, string b) =>
    CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));

// `header` is x-thalian-signature, `body` the raw body, `secret` the whole secret, `whsec_` included.
static bool IsGenuine(string header, byte[] body, string secret)
{
    var parts = header.Split(',');
    var timestamp = parts.FirstOrDefault(part => part.StartsWith("t="))?[2..] ?? "";
    if (secret == "" || !IsRecent(timestamp))
    {
        return false;
    }
    var expected = "v1=" + Convert.ToHexString(Sign(Encoding.UTF8.GetBytes(secret), timestamp + ".", body)).ToLowerInvariant();
    return parts.Any(part => AreEqual(part, expected));
}

// By Standard Webhooks: the key is what follows `whsec_`, decoded.
static bool IsGenuineStandard(string id, string timestamp, string signatures, byte[] body, string secret)
{
    var key = secret.StartsWith("whsec_") ? Convert.FromBase64String(secret[6..]) : Encoding.UTF8.GetBytes(secret);
    if (key.Length == 0 || id == "" || !IsRecent(timestamp))
    {
        return false;
    }
    var expected = "v1," + Convert.ToBase64String(Sign(key, $"{id}.{timestamp}.", body));
    return signatures.Split(' ').Any(given => AreEqual(given, expected));
}

static string Env(string name) => Environment.GetEnvironmentVariable(name) ?? "";

var body = File.ReadAllBytes(args[0]);
var secret = Env("WEBHOOK_SECRET");
var problem =
    !IsGenuine(Env("X_THALIAN_SIGNATURE"), body, secret) ? "x-thalian-signature"
    : !IsGenuineStandard(Env("WEBHOOK_ID"), Env("WEBHOOK_TIMESTAMP"), Env("WEBHOOK_SIGNATURE"), body, secret) ? "webhook-signature"
    : null;
Console.Write(problem is null ? "valid\n" : $"invalid: {problem}\n");
return problem is null ? 0 : 1;
