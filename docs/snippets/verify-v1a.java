// WEBHOOK_PUBLIC_KEYS (whpk_..., several with a space between), WEBHOOK_ID, WEBHOOK_TIMESTAMP and WEBHOOK_SIGNATURE in the
// environment: java verify-v1a.java body.json. Java 17 or newer, no packages.
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

class VerifyV1a {
  private static final long TOLERANCE_SECONDS = 300;
  private static final byte[] DER_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  /** The raw body, and public keys that begin with whpk_. */
  static boolean isGenuine(String id, String timestamp, String signatures, byte[] body, String... publicKeys)
      throws GeneralSecurityException {
    if (id.isEmpty() || !timestamp.matches("[0-9]{1,12}")) {
      return false;
    }
    if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > TOLERANCE_SECONDS) {
      return false;
    }
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    signed.writeBytes(body);
    for (String publicKey : publicKeys) {
      for (String signature : signatures.split(" ")) {
        if (signature.startsWith("v1a,") && isSignedBy(publicKey, signature.substring(4), signed.toByteArray())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isSignedBy(String publicKey, String signature, byte[] signed) throws GeneralSecurityException {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.writeBytes(DER_HEAD);
    der.writeBytes(Base64.getDecoder().decode(publicKey.substring("whpk_".length())));
    PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der.toByteArray()));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(signed);
    try {
      return verifier.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      return false;
    }
  }

  private static String environment(String name) {
    return System.getenv().getOrDefault(name, "");
  }

  public static void main(String[] arguments) throws Exception {
    byte[] body = Files.readAllBytes(Path.of(arguments[0]));
    String[] keys = environment("WEBHOOK_PUBLIC_KEYS").split(" ");
    boolean isGenuine = isGenuine(environment("WEBHOOK_ID"), environment("WEBHOOK_TIMESTAMP"),
        environment("WEBHOOK_SIGNATURE"), body, keys);
    System.out.println(isGenuine ? "valid" : "invalid: webhook-signature");
    System.exit(isGenuine ? 0 : 1);
  }
}
