package io.headrace.sink;

import io.headrace.sink.References.ForeignKey;
import io.headrace.stage.StageException;
import io.headrace.star.Identifiers;
import io.headrace.star.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The catalog's side of {@link References}: reads the foreign keys, and takes the force from one
 * that the source itself does not keep.
 */
final class ForeignKeys {
  /** {@code NOT ENFORCED} for foreign keys came with it. */
  private static final int POSTGRES_18 = 180000;

  private final Connection connection;
  private final int version;

  ForeignKeys(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT current_setting('server_version_num')::int")) {
      row.next();
      version = row.getInt(1);
    }
  }

  /** Whether a foreign key can stay in the catalog without being checked. */
  boolean canStayUnenforced() {
    return version >= POSTGRES_18;
  }

  /**
   * Reads the foreign keys from one star table to another.
   *
   * @throws StageException when one of them would delete or change rows by itself
   */
  References read(List<Target> targets) throws SQLException {
    String sql =
        "SELECT c.conrelid, c.confrelid,"
            + " n.nspname, t.relname, c.conname,"
            + " pg_get_constraintdef(c.oid), c.confdeltype, "
            + (canStayUnenforced() ? "c.conenforced" : "true")
            + " FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
            + " JOIN pg_namespace n ON n.oid = t.relnamespace"
            + " WHERE c.contype = 'f' AND c.conparentid = 0"
            + " AND c.conrelid = ANY (?) AND c.confrelid = ANY (?) ORDER BY c.oid";
    Object[] oids = targets.stream().map(Target::oid).toArray();
    List<ForeignKey> keys = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("oid", oids));
      select.setArray(2, connection.createArrayOf("oid", oids));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          keys.add(
              new ForeignKey(
                  row.getLong(1),
                  row.getLong(2),
                  new TableName(row.getString(3), row.getString(4)),
                  row.getString(5),
                  row.getString(6),
                  row.getBoolean(8),
                  row.getString(7).charAt(0)));
        }
      }
    }
    keys.forEach(ForeignKeys::mustOnlyCheck);
    return new References(List.copyOf(keys));
  }

  private static void mustOnlyCheck(ForeignKey key) {
    if (key.action() != 'a' && key.action() != 'r') {
      throw new StageException(
          StageException.Kind.SETTINGS,
          "The foreign key "
              + key.name()
              + " of the warehouse's table "
              + key.table()
              + " must only check (ON DELETE NO ACTION), because nothing but the source decides what is in the star,"
              + " but it is "
              + key.definition());
    }
  }

  /**
   * Takes the force from a foreign key that was broken, in a transaction of its own.
   *
   * @return what was done and how to undo it, for a person; null when the failure names no foreign
   *     key between star tables
   */
  @Nullable String relax(SqlFailure failure, List<Target> targets) throws SQLException {
    for (ForeignKey key : read(targets).keys()) {
      if (key.enforced() && failure.concerns(key.table(), key.name())) {
        String table = "ALTER TABLE " + key.table().quoted();
        String name = Identifiers.quote(key.name());
        try (Statement alter = connection.createStatement()) {
          alter.execute(
              canStayUnenforced()
                  ? table + " ALTER CONSTRAINT " + name + " NOT ENFORCED"
                  : table + " DROP CONSTRAINT " + name);
          connection.commit();
        }
        return "The source does not keep the foreign key "
            + key.name()
            + " of the warehouse's table "
            + key.table()
            + ": "
            + failure.detail()
            + " It is no longer enforced; once the source keeps it: "
            + (canStayUnenforced()
                ? table + " ALTER CONSTRAINT " + name + " ENFORCED;"
                : table + " ADD CONSTRAINT " + name + " " + key.definition() + ";");
      }
    }
    return null;
  }
}
