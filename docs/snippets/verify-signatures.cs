// WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
// dotnet run verify-signatures.cs body.json. .NET 10 or newer, in a project of its own .NET Core 3 or newer, or Mono 6;
// no packages. Each of the two methods suffices for a receiver.
using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

static class VerifySignatures
{
    const long ToleranceSeconds = 300;

    // `header` is x-thalian-signature, `body` the raw body, `secret` the whole secret, `whsec_` included.
    static bool IsGenuine(string header, byte[] body, string secret)
    {
        var parts = header.Split(',');
        var timestamp = (parts.FirstOrDefault(part => part.StartsWith("t=", StringComparison.Ordinal)) ?? "t=").Substring(2);
        if (secret == "" || !IsRecent(timestamp))
        {
            return false;
        }
        var digest = Sign(Encoding.UTF8.GetBytes(secret), timestamp + ".", body);
        var expected = "v1=" + BitConverter.ToString(digest).Replace("-", "").ToLowerInvariant();
        return parts.Any(part => AreEqual(part, expected));
    }

    // By Standard Webhooks: the key is what follows `whsec_`, decoded.
    static bool IsGenuineStandard(string id, string timestamp, string signatures, byte[] body, string secret)
    {
        var isEncoded = secret.StartsWith("whsec_", StringComparison.Ordinal);
        var key = isEncoded ? Convert.FromBase64String(secret.Substring(6)) : Encoding.UTF8.GetBytes(secret);
        if (key.Length == 0 || id == "" || !IsRecent(timestamp))
        {
            return false;
        }
        var expected = "v1," + Convert.ToBase64String(Sign(key, id + "." + timestamp + ".", body));
        return signatures.Split(' ').Any(given => AreEqual(given, expected));
    }

    static bool IsRecent(string timestamp)
    {
        return timestamp.Length > 0 && timestamp.Length <= 12 && timestamp.All(digit => digit >= '0' && digit <= '9')
            && Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) <= ToleranceSeconds;
    }

    static byte[] Sign(byte[] key, string before, byte[] body)
    {
        using (var hmac = new HMACSHA256(key))
        {
            return hmac.ComputeHash(Encoding.UTF8.GetBytes(before).Concat(body).ToArray());
        }
    }

    static bool AreEqual(string a, string b)
    {
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
    }

    static string Env(string name)
    {
        return Environment.GetEnvironmentVariable(name) ?? "";
    }

    static int Main(string[] args)
    {
        var body = File.ReadAllBytes(args[0]);
        var secret = Env("WEBHOOK_SECRET");
        if (!IsGenuine(Env("X_THALIAN_SIGNATURE"), body, secret))
        {
            Console.WriteLine("invalid: x-thalian-signature");
            return 1;
        }
        if (!IsGenuineStandard(Env("WEBHOOK_ID"), Env("WEBHOOK_TIMESTAMP"), Env("WEBHOOK_SIGNATURE"), body, secret))
        {
            Console.WriteLine("invalid: webhook-signature");
            return 1;
        }
        Console.WriteLine("valid");
        return 0;
    }
}
