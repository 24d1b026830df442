using System.Globalization;
using System.Text;

namespace CxlTopology.Specification;

/// <summary>The coherence protocol as a page to read, printed from its tables.</summary>
public static class CoherenceDocument
{
    /// <summary>The page, in Markdown.</summary>
    public static string Text()
    {
        var text = new StringBuilder();
        text.Append("""
            # Coherence: who does what

            This page is printed from the tables that the actors work by (`CoherenceRules`, `ProtocolTable`); a test compares it.

            A **host** has a home agent: it orders everything that touches a line, knows which devices hold it (the directory), and
            may have a cache. A **device** of type 2 has a cache, and a coherence engine that orders what touches its own memory. One request a
            line is served at a time, at either; the others wait in their order. What may not wait is served beside it: a device takes data
            that the host writes back while a back-invalidate snoop of its own is out, and requests of the host while one of
            its own for the same line is on its way to the host.

            - A GO travels with the data that belongs to it, a snoop's answer with the data it forwards, a completion with the data
              of its read. Each such pair is one message of the simulator, charged as a header and a line.
            - A snoop does not pass a GO on a link; a BI-ConflictAck does not pass a completion.
            - Classes of coherence have credits of their own on every link, and responses are always taken.
            - A host whose request for a line meets a back-invalidate snoop for it answers BIConflict. If its completion comes
              before the BI-ConflictAck, the device had served it first, and the snoop is served after it; if not, before it.
            - Data that is newer than memory is written with MemWr, and its Cmp awaited, before BIRsp is sent.
            - A device that evicts a line answers a snoop for it from its eviction buffer; what it sends afterwards is bogus.

            ## The way to the host

            A message passes a port if a register says so now. What is written comes into force by commit (0 to 1 of COMMIT), after the time that the
            component takes for its HDM decoders, and stays in force until the next commit is decided or a reset takes it. What makes no sense is refused (Error
            Not Committed) in the strict profile; what was in force stays.

            | registers | in | what they let through |
            |---|---|---|
            | BI decoder | device | BI Enable: it may send back-invalidate snoops |
            | BI decoder | root port, downstream port | BI Enable: those of the device right below, which get the number of its bus as BI-ID; BI Forward: those of a switch, with the BI-ID they have, if the bus is one below the port |
            | BI route table | host bridge, upstream port | the answer goes down by the port that led to the bus at the table's last commit; a snoop goes up only if its answer would come back by the same port |
            | cache ID decoder | root port, downstream port | Assign: what the device right below sends, which gets the local cache id; Forward: what a switch sends, with the id it has; HDM-D Type 2 Device Present: requests of a device for its own memory (bias) |
            | cache ID route table | host bridge, upstream port | what goes down leaves by the port of its cache id; what comes up goes on only from that port; so many ports may lead to HDM-D devices |

            - A snoop that may not pass is answered with BIRspI and the reason `NoBackInvalidate`, and the access that asked fails with it. The
              host keeps what it has. A device whose own BI decoder is off does not ask, and fails at once; a request of the host for which its full snoop
              filter cannot make room fails with the same reason.
            - A request on CXL.cache that may not pass gets GO-Err and the reason `NoCacheId`. A dirty line that can therefore not leave is counted as
              lost; a page whose flush may not pass stays in host bias.
            - An answer that finds no way down, as registers were changed meanwhile, is counted, and all devices below are told: who has waited 10 ms for the
              host then gives up (`Timeout`). A snoop of the host is answered for the device, which holds nothing any more.
            - BI-IDs are bus numbers, and buses are a segment's: the host answers by the host bridge that a snoop came from. Cache ids are a host's.
            - A link with 68-byte flits carries neither back-invalidates nor cache ids: below it there is one caching device, with id 0 there, and the port
              above the link assigns the id.
            - In a file `back-invalidate: false` leaves the BI registers out of a switch or host bridge, and `hdm-d: 2` has a switch's cache ID route table take two
              HDM-D devices; `commit-time` is that of these registers too. `cxltopo show` says how far the messages of each device come, and where they end.

            """.ReplaceLineEndings("\n"));
        text.Append("""

            ## How long it takes

            | what | default | FPGA | from |
            |---|---|---|---|
            | an engine's access, through the device's protocol layer and back (`engine-latency`) | 15 ns | 60 ns | CXL.mem protocol layer of CXL-DMSim's devices |
            | an access of the device's cache (`cache.latency`) | 12 ns | 115 ns | Xerxes; SimCXL, calibrated on a type-2 FPGA |
            | a look-up of snoop filter, bias and tags for the host (`snoop-filter.latency`) | 12 ns | 12 ns | Xerxes |
            | a look-up of the host's directory and tags, for every message that comes in | 12 ns | | Xerxes |
            | one traversal of the device's port | 25 ns | 70 ns | Xerxes; CXL-DMSim |

            A hit of an engine is the first two. A write to a line of a page in host bias asks the host first: out by the port, over the host's fabric, one look-up, and back.
            Of a type-2 FPGA relations of latencies were published, and tests hold the model to them:

            | relation | published | here | tolerance |
            |---|---|---|---|
            | write of a device that hits, device bias against host bias | -60 % | -60 % (175 against 436 ns) | 10 points |
            | read of a device that hits, device bias against host bias | equal | equal | 3 points |
            | read of a device that misses, device bias against host bias | lower | -45 % | its sign |
            | read and write of the host, type 2 against type 3 | +2 to +5 % | +3 % | 3 points |
            | bandwidth of the host's reads, type 2 against type 3 | -4 % | -3 % | 3 points |
            | read of the host after a device pushed the line, against before | -82 to -87 % | -85 % | the range |
            | write of a device to a line that the host holds, less one to a line that it does not | a back-invalidate and its answer | the same | 2 % |

            """.ReplaceLineEndings("\n"));
        text.Append("""

            ## What is checked

            Caches, directory, snoop filters and memories log what they do while a run's accesses carry data and are verified; `CoherenceChecker` judges it, merged by time.

            - One writer or many readers of a line, at every change of a state.
            - A read returns what the line held at some moment while it was under way, or poison. The checker keeps every line byte by byte, so writes of some bytes are judged, in caches and past them.
            - A line whose last write was poisoned reads as poison until all of it is written.
            - At the end, with nothing under way: caches, directory, snoop filters and bias agree line by line, and the last write of every line is in a cache or in memory.
            - A line that a reset or a fault has lost is not judged until its bytes are written again.

            Tests break the protocol on purpose, once for each value of `CoherenceFault`, and each is seen.

            """.ReplaceLineEndings("\n"));
        Opcodes(text);
        Uses(text);
        Rules(text);
        Transitions(text, "Requests on CXL.cache for a line of the host's memory", "The host has a cache; beside the device there is one other. Memory: whether the host's memory is written.", ProtocolTable.HostMemory, peers: true);
        Transitions(text, "Accesses of a device to its own HDM-DB memory", "The snoop filter says what the host holds. Memory: whether the device's memory is written by the host.", ProtocolTable.BackInvalidate, peers: false);
        Transitions(text, "The same of a device that keeps nothing", "It has no cache, or may not use it. A read leaves the host what it has, clean.", ProtocolTable.BackInvalidateUncached, peers: false);
        Transitions(text, "Accesses of a device to its own HDM-D memory in host bias", "In device bias it asks nobody. A device that may take lines exclusively (RdAny) does so where the host keeps nothing.", ProtocolTable.HostBias, peers: false);
        Transitions(text, "Accesses of a host to HDM-DB memory", "Whole lines. Memory: whether the device's cache writes the device's memory. HDM-D memory is the same, and its page becomes the host's.", ProtocolTable.DeviceMemory, peers: false);
        return text.ToString();
    }

    private static void Opcodes(StringBuilder text)
    {
        text.Append("\n## Opcodes\n\n| channel | opcodes |\n|---|---|\n");
        Row<D2HRequest>("D2HReq");
        Row<D2HResponse>("D2HRsp");
        Row<H2DRequest>("H2DReq");
        Row<H2DResponse>("H2DRsp");
        Row<GoState>("state of a GO");
        Row<M2SRequest>("M2SReq");
        Row<M2SWrite>("M2SRwD");
        Row<M2SBIResponse>("M2SBIRsp");
        Row<S2MCompletion>("S2MNdr");
        Row<S2MData>("S2MDrs");
        Row<S2MBISnoop>("S2MBISnp");
        Row<MetaField>("meta field");
        Row<MetaValue>("meta value");
        Row<SnoopType>("snoop type");

        void Row<T>(string channel)
            where T : struct, Enum =>
            text.Append(CultureInfo.InvariantCulture, $"| {channel} | {string.Join(", ", Enum.GetValues<T>().Select(v => $"{Convert.ToByte(v, CultureInfo.InvariantCulture):X} {OpcodeUses.NameOf(v)}"))} |\n");
    }

    private static void Uses(StringBuilder text)
    {
        text.Append("\n## Who sends what, and when\n\n| channel | opcode | when |\n|---|---|---|\n");
        foreach (OpcodeUse use in OpcodeUses.All)
            text.Append(CultureInfo.InvariantCulture, $"| {use.Channel} | {use.Name} | {(use.IsSent ? "" : "never: ")}{use.When} |\n");
    }

    private static void Rules(StringBuilder text)
    {
        text.Append("\n## A device on a snoop of the host\n\n| snoop | held | answer | kept | data |\n|---|---|---|---|---|\n");
        foreach (SnoopRule rule in CoherenceRules.Snoops)
            text.Append(CultureInfo.InvariantCulture, $"| {rule.Snoop} | {ProtocolNames.Of(rule.Held)} | {rule.Response} | {ProtocolNames.Of(rule.Kept)} | {(rule.HasData ? "yes" : "")} |\n");
        text.Append("\n## A host on a back-invalidate snoop\n\nThe block forms do the same with each of their lines.\n\n| snoop | held | written first | answer | kept |\n|---|---|---|---|---|\n");
        foreach (BackInvalidateRule rule in CoherenceRules.BackInvalidates)
            text.Append(CultureInfo.InvariantCulture, $"| {rule.Snoop} | {ProtocolNames.Of(rule.Held)} | {(rule.WriteBack is { } value ? $"MemWr ({value})" : "")} | {rule.Response} | {ProtocolNames.Of(rule.Kept)} |\n");
        text.Append("\n## A device on a request of CXL.mem\n\n| snoop type | held | kept | its data answers a read | it writes its memory |\n|---|---|---|---|---|\n");
        foreach (DeviceRule rule in CoherenceRules.DeviceAccesses)
            text.Append(CultureInfo.InvariantCulture, $"| {rule.Snoop} | {ProtocolNames.Of(rule.Held)} | {ProtocolNames.Of(rule.Kept)} | {(rule.Answers ? "yes" : "")} | {(rule.WritesMemory ? "yes" : "")} |\n");
    }

    private static void Transitions(StringBuilder text, string title, string note, IReadOnlyList<ProtocolTransition> transitions, bool peers)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{note}\n\n| request | device | host |{(peers ? " other |" : "")} messages | after | memory |\n|---|---|---|{(peers ? "---|" : "")}---|---|---|\n");
        foreach (ProtocolTransition t in transitions)
        {
            string after = $"{ProtocolNames.Of(t.DeviceAfter)} {ProtocolNames.Of(t.HostAfter)}{(peers ? " " + ProtocolNames.Of(t.PeerAfter) : "")}";
            text.Append(CultureInfo.InvariantCulture,
                $"| {t.Who}: {t.Request} | {ProtocolNames.Of(t.Device)} | {ProtocolNames.Of(t.Host)} |{(peers ? $" {ProtocolNames.Of(t.Peer)} |" : "")} {string.Join("; ", t.Messages)} | {after} | {(t.WritesMemory ? "written" : "")} |\n");
        }
    }
}
