import com.carrotsearch.randomizedtesting.RandomizedRunner;
import com.carrotsearch.randomizedtesting.annotations.ThreadLeakScope;
import com.carrotsearch.randomizedtesting.annotations.TimeoutSuite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.TextFieldMapper;
import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.node.MockNode;
import org.elasticsearch.plugins.IngestPlugin;
import org.elasticsearch.plugins.MapperPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.transport.netty4.Netty4Plugin;
import org.junit.Test;
import org.junit.runner.RunWith;

/** Elasticsearch's own server on 127.0.0.1, at the port of the property `port`, until it is ended: README.md says how to start it. */
@RunWith(RandomizedRunner.class)
@ThreadLeakScope(ThreadLeakScope.Scope.NONE)
@TimeoutSuite(millis = 0)
public class Server {
  @Test
  public void serve() throws Exception {
    LogConfigurator.configureESLogging();
    Path home = Files.createTempDirectory("elasticsearch");
    Files.createDirectories(home.resolve("config"));
    Settings settings =
        Settings.builder()
            .put("path.home", home)
            .put("cluster.name", "trial")
            .put("node.name", "trial")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", System.getProperty("port"))
            .put("transport.port", "0")
            .put("transport.type", "netty4")
            .put("http.type", "netty4")
            .build();
    new MockNode(settings, List.of(Netty4Plugin.class, ModulesOfThePack.class), true).start();
    Thread.currentThread().join();
  }

  /** Two of the modules that Elasticsearch has in its download and not on Maven Central, as far as the pack uses them. */
  public static class ModulesOfThePack extends Plugin implements IngestPlugin, MapperPlugin {
    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
      return Map.of("match_only_text", TextFieldMapper.PARSER);
    }

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
      return Map.of("set", (factories, tag, description, config) -> setOf(tag, description, config));
    }

    private static Processor setOf(String tag, String description, Map<String, Object> config) {
      String field = ConfigurationUtils.readStringProperty("set", tag, config, "field");
      String from = ConfigurationUtils.readStringProperty("set", tag, config, "copy_from");
      return new AbstractProcessor(tag, description) {
        @Override
        public IngestDocument execute(IngestDocument document) {
          document.setFieldValue(field, document.getFieldValue(from, Object.class));
          return document;
        }

        @Override
        public String getType() {
          return "set";
        }
      };
    }
  }
}
