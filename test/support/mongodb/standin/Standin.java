// A MongoDB-wire server on a file, for machines without a genuine one: java -cp JARS Standin.java FILE PORT [journaled]
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;

class Standin {
  private static final Set<String> WRITES = Set.of("insert", "update", "delete", "findAndModify", "createIndexes");

  public static void main(String[] arguments) throws Exception {
    boolean isJournaled = List.of(arguments).contains("journaled");
    H2Backend backend = new H2Backend(arguments[0]) {
      @Override
      public Document handleMessage(MongoMessage message) {
        Document reply = super.handleMessage(message);
        // What was acknowledged survives a kill, at a third of the speed; else up to a second of it is lost.
        if (isJournaled && WRITES.contains(message.getDocument().keySet().iterator().next())) commit();
        return reply;
      }
    };
    backend.version(new MongoVersion() {
      @Override public List<Integer> getVersionArray() { return List.of(7, 0, 0, 0); }
      @Override public int getWireVersion() { return 21; }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(arguments[1]));
    System.out.println("ready on port " + server.getLocalAddress().getPort());
    // Standard input ends when the process that started this one stops, however it does.
    while (System.in.read() != -1) continue;
    server.shutdownNow();
    System.exit(0);
  }
}
