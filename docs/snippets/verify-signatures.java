// WEBHOOK_SECRET, X_THALIAN_SIGNATURE, WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the environment:
// java verify-signatures.java body.json. Java 17 or newer, no packages. Each of the two methods suffices for a receiver.
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class VerifySignatures {
    static final long TOLERANCE_SECONDS = 300;

    /** `header` is x-thalian-signature, `body` the raw body, `secret` the whole secret, `whsec_` included. */
    static boolean isGenuine(String header, byte[] body, String secret) throws GeneralSecurityException {
        String[] parts = header.split(",");
        String timestamp = "";
        for (String part : parts) {
            if (timestamp.isEmpty() && part.startsWith("t=")) {
                timestamp = part.substring(2);
            }
        }
        if (secret.isEmpty() || !isRecent(timestamp)) {
            return false;
        }
        byte[] expected = sign(utf8(secret), timestamp + ".", body);
        for (String part : parts) {
            if (part.startsWith("v1=") && MessageDigest.isEqual(utf8(part.substring(3)), utf8(HexFormat.of().formatHex(expected)))) {
                return true;
            }
        }
        return false;
    }

    /** By Standard Webhooks: the key is what follows `whsec_`, decoded. */
    static boolean isGenuineStandard(String id, String timestamp, String signatures, byte[] body, String secret)
            throws GeneralSecurityException {
        byte[] key = secret.startsWith("whsec_") ? Base64.getDecoder().decode(secret.substring(6)) : utf8(secret);
        if (key.length == 0 || id.isEmpty() || !isRecent(timestamp)) {
            return false;
        }
        byte[] digest = sign(key, id + "." + timestamp + ".", body);
        byte[] expected = utf8("v1," + Base64.getEncoder().encodeToString(digest));
        for (String given : signatures.split(" ")) {
            if (MessageDigest.isEqual(utf8(given), expected)) {
                return true;
            }
        }
        return false;
    }

    static boolean isRecent(String timestamp) {
        return timestamp.matches("[0-9]{1,12}")
                && Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) <= TOLERANCE_SECONDS;
    }

    static byte[] sign(byte[] key, String before, byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update(utf8(before));
        return mac.doFinal(body);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String env(String name) {
        return System.getenv().getOrDefault(name, "");
    }

    public static void main(String[] args) throws Exception {
        byte[] body = Files.readAllBytes(Path.of(args[0]));
        String secret = env("WEBHOOK_SECRET");
        if (!isGenuine(env("X_THALIAN_SIGNATURE"), body, secret)) {
            System.out.println("invalid: x-thalian-signature");
            System.exit(1);
        }
        if (!isGenuineStandard(env("WEBHOOK_ID"), env("WEBHOOK_TIMESTAMP"), env("WEBHOOK_SIGNATURE"), body, secret)) {
            System.out.println("invalid: webhook-signature");
            System.exit(1);
        }
        System.out.println("valid");
    }
}
