import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.http.HttpMessageFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks the SDK of CloudEvents for Java about requests: README.md says how. */
class CloudEvents {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    JsonNode first = JSON.readTree(lines.get(0));
    if (objection(first, first.get("body").asText().replaceFirst("\"source\":", "\"sauce\":")) == null) {
      throw new IllegalStateException("an event without a source must be objected to");
    }
    int all = 0;
    int objected = 0;
    for (String line : lines) {
      JsonNode request = JSON.readTree(line);
      String why = objection(request, request.get("body").asText());
      all += 1;
      if (why != null) {
        objected += 1;
        System.out.println(all + " " + why);
      }
    }
    System.out.println(all + " requests, " + objected + " objections");
    System.exit(objected == 0 ? 0 : 1);
  }

  private static String objection(JsonNode request, String body) {
    Map<String, String> headers = new HashMap<>();
    request.get("headers").fields().forEachRemaining(header -> headers.put(header.getKey(), header.getValue().asText()));
    try {
      CloudEvent event = HttpMessageFactory.createReader(headers, body.getBytes(StandardCharsets.UTF_8)).toEvent();
      JSON.readTree(event.getData().toBytes());
      return event.getTime() == null ? "it has no time" : null;
    } catch (Exception refusal) {
      return refusal.toString();
    }
  }
}
