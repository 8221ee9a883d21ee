package io.headrace.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** What the console has started, as the page reads it. */
final class JobJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JobJson() {}

  static String list(List<Job.View> jobs) {
    ArrayNode list = JSON.createArrayNode();
    jobs.forEach(job -> list.add(of(job)));
    return list.toString();
  }

  static String error(String words) {
    return JSON.createObjectNode().put("error", words).toString();
  }

  static ObjectNode of(Job.View job) {
    Instant finished = job.finished();
    return JSON.createObjectNode()
        .put("id", job.id())
        .put("command", job.command())
        .put("state", job.state())
        .put("started", job.started().toString())
        .put("finished", finished == null ? null : finished.toString())
        .put("last", job.last());
  }
}
