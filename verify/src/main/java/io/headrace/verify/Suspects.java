package io.headrace.verify;

import io.headrace.stage.StageException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one table that seem to differ, with hashes of what the two sides had. Whether they do
 * is found by looking again, while the pipeline works on.
 *
 * <p>A look reads the warehouse once it is past the source's last look, and then the source. A key
 * is alike when the warehouse shows what the source had before or after. It differs when in several
 * looks on end neither side has moved, and they are not alike. One that moves at each look stays
 * undecided.
 */
final class Suspects implements Verdicts {
  /** Keys in memory; more than that is no lag, but a broken warehouse. */
  static final int MOST = 1_000_000;

  private static final Hash NONE = new Hash(0, 0);

  private final String table;
  private final Map<RowKey, Suspect> suspects = new LinkedHashMap<>();
  private long equal;

  Suspects(String table) {
    this.table = table;
  }

  /** 128 bits of a row; {@link #NONE} for no row. */
  record Hash(long high, long low) {
    static Hash of(@Nullable Row row) {
      if (row == null) {
        return NONE;
      }
      try {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(row.image());
        return new Hash(number(digest, 0), number(digest, 8));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    private static long number(byte[] digest, int from) {
      return ByteBuffer.wrap(digest).getLong(from);
    }
  }

  /**
   * A key.
   *
   * @param source what the source had at the last look
   * @param warehouse what the warehouse had
   * @param still looks on end in which neither moved
   */
  record Suspect(Hash source, Hash warehouse, int still) {
    Kind kind(int looks) {
      return still < looks
          ? Kind.UNDECIDED
          : Difference.kind(!source.equals(NONE), !warehouse.equals(NONE));
    }
  }

  @Override
  public void equal() {
    equal++;
  }

  @Override
  public void differ(@Nullable Row source, @Nullable Row warehouse) {
    RowKey key = Objects.requireNonNull(source == null ? warehouse : source, "a row").key();
    suspects.put(key, new Suspect(Hash.of(source), Hash.of(warehouse), 0));
    if (suspects.size() > MOST) {
      throw new StageException(
          StageException.Kind.FAILED,
          "More than "
              + MOST
              + " rows of "
              + table
              + " differ, too many to look at again: is this the source that the warehouse is filled"
              + " from, and does the pipeline run? Compare a part with --where or --sample.");
    }
  }

  /** Looks again at a key: first the warehouse was read, then the source. */
  void look(RowKey key, Hash warehouse, Hash source) {
    Suspect before = Objects.requireNonNull(suspects.get(key), "a suspect");
    if (warehouse.equals(before.source) || warehouse.equals(source)) {
      suspects.remove(key);
      equal++;
    } else {
      boolean stood = source.equals(before.source) && warehouse.equals(before.warehouse);
      suspects.put(key, new Suspect(source, warehouse, stood ? before.still + 1 : 0));
    }
  }

  /** Whether another look could tell more. */
  boolean open(int looks) {
    return suspects.values().stream().anyMatch(suspect -> suspect.still < looks);
  }

  Map<RowKey, Suspect> all() {
    return suspects;
  }

  /** Rows that are alike. */
  long alike() {
    return equal;
  }
}
