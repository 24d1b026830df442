using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What passes the home agent in the protocol's words, as the tables have it: for tests that hold the actors to them.</summary>
public sealed partial class HomeAgent
{
    /// <summary>Where messages from and to devices are noted; null (the default) for nowhere.</summary>
    internal List<string>? Trace { get; set; }

    private void Note(in Message message)
    {
        var kind = (MessageKind)message.Kind;
        bool ofMemory = kind is MessageKind.M2SReq or MessageKind.M2SRwD or MessageKind.S2MDrs or MessageKind.S2MNdr;
        if (ofMemory && IsHostMemory(message.Address))
            return;
        bool ofCache = kind is MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData or MessageKind.H2DReq or MessageKind.H2DRsp or MessageKind.H2DData;
        string device = ofCache && CoherenceFields.Id(message) != 0 ? "peer" : "device";
        string way = MessageKinds.IsDownstream(message.Kind) ? "host → " + device : device + " → host";
        Trace!.Add($"{way}: {kind} {What(kind, message)}".TrimEnd());
    }

    private static string What(MessageKind kind, in Message message)
    {
        int opcode = CoherenceFields.Opcode(message);
        switch (kind)
        {
            case MessageKind.D2HReq:
                return ProtocolNames.Of((D2HRequest)opcode);
            case MessageKind.D2HRsp:
                return ((D2HResponse)opcode).ToString();
            case MessageKind.D2HData:
                return opcode == 0 ? "" : ((D2HResponse)opcode).ToString();
            case MessageKind.H2DReq:
                return ((H2DRequest)opcode).ToString();
            case MessageKind.H2DRsp or MessageKind.H2DData:
                return ProtocolNames.Of((H2DResponse)opcode, (GoState)(message.Argument & 0xFF));
            case MessageKind.S2MBISnp:
                return ((S2MBISnoop)opcode).ToString();
            case MessageKind.M2SBIRsp:
                return ((M2SBIResponse)opcode).ToString();
            case MessageKind.M2SReq:
                return ProtocolNames.Of(((M2SRequest)opcode).ToString(), CoherenceFields.MetaField(message), CoherenceFields.MetaValue(message), CoherenceFields.SnoopType(message));
            case MessageKind.M2SRwD:
                return ProtocolNames.Of(((M2SWrite)opcode).ToString(), CoherenceFields.MetaField(message), CoherenceFields.MetaValue(message), CoherenceFields.SnoopType(message));
            case MessageKind.S2MDrs:
                return CoherenceFields.HasCompletion(message, out S2MCompletion completion) ? "MemData + S2MNdr " + ProtocolNames.Of(completion) : "MemData";
            default:
                return ProtocolNames.Of((S2MCompletion)opcode);
        }
    }
}
