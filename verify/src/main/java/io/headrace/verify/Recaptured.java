package io.headrace.verify;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What an epoch's record says about requests to capture rows again.
 *
 * @param epoch the epoch's number
 * @param requests those that it did
 */
record Recaptured(long epoch, List<String> requests) {
  Recaptured {
    requests = List.copyOf(requests);
  }

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException when it is no epoch
   */
  static Recaptured read(byte[] value) {
    long epoch = -1;
    List<String> requests = new ArrayList<>();
    try (JsonParser json = Json.FACTORY.createParser(value)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("epoch")) {
          epoch = json.getLongValue();
        } else if (name.equals("recaptured")) {
          while (json.nextToken() == JsonToken.VALUE_STRING) {
            requests.add(json.getText());
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not an epoch: " + e.getMessage(), e);
    }
    if (epoch < 0) {
      throw new IllegalArgumentException("not an epoch: it must have the field epoch");
    }
    return new Recaptured(epoch, requests);
  }
}
