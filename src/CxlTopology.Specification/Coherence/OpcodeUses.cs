namespace CxlTopology.Specification;

/// <summary>Every opcode of CXL.cache and of CXL.mem, and when it is sent: the document prints it, and tests hold a census of what passes to it.</summary>
public static class OpcodeUses
{
    /// <summary>The opcodes, channel by channel.</summary>
    public static IReadOnlyList<OpcodeUse> All { get; } =
    [
        Sent(D2HRequest.RdCurr, "a read of an engine that keeps nothing: no cache, caching disabled, or a write-back under way"),
        Sent(D2HRequest.RdOwn, "a write of some bytes of a line that is not held"),
        Sent(D2HRequest.RdShared, "a read that is kept, `reads: shared`"),
        Sent(D2HRequest.RdAny, "a read that is kept, `reads: any`"),
        Sent(D2HRequest.RdOwnNoData, "a write of a whole line; a write of some bytes of an own HDM-D line that is held shared"),
        Sent(D2HRequest.ItoMWr, "a whole line pushed into the host's cache, `writes: push`"),
        Sent(D2HRequest.WrCur, "a whole line written where it is, `writes: update`"),
        Sent(D2HRequest.ClFlush, "each line of a page that becomes the device's (bias flip)"),
        Sent(D2HRequest.CleanEvict, "an exclusive line gives way"),
        Sent(D2HRequest.DirtyEvict, "a modified line gives way"),
        Sent(D2HRequest.CleanEvictNoData, "a shared line gives way"),
        Sent(D2HRequest.WoWrInv, "a write of some bytes past the caches, `writes: through`"),
        Sent(D2HRequest.WoWrInvF, "a write of a whole line past the caches, `writes: through` or an engine that keeps nothing"),
        Sent(D2HRequest.WrInv, "a write past the caches in order, `writes: ordered`; some bytes of an engine that keeps nothing"),
        Sent(D2HRequest.CacheFlushed, "the cache was written back and invalidated, by CONTROL2 or for a CXL reset"),
        Sent(D2HResponse.RspSHitSE, "SnpData, S or E"),
        Sent(D2HResponse.RspIHitI, "any snoop, nothing held"),
        Sent(D2HResponse.RspIHitSE, "SnpInv, S or E"),
        Sent(D2HResponse.RspVHitV, "SnpCur, S or E"),
        Sent(D2HResponse.RspSFwdM, "SnpData, M"),
        Sent(D2HResponse.RspIFwdM, "SnpInv, M; SnpData, M that is being evicted"),
        Sent(D2HResponse.RspVFwdV, "SnpCur, M"),
        Sent(H2DRequest.SnpData, "a read that is kept, or BISnpData, of a line that another device owns"),
        Sent(H2DRequest.SnpInv, "a write, a flush or BISnpInv of a line that another device holds"),
        Sent(H2DRequest.SnpCur, "a read for one use, or BISnpCur, of a line that another device owns"),
        Sent(H2DResponse.WritePull, "WrInv; its GO follows when memory is written"),
        Sent(H2DResponse.Go, "reads with their data; RdOwnNoData, CLFlush, CleanEvictNoData, CacheFlushed; WrInv at its end. GO-Err: the address has no memory, it failed, or no port on the way knows the device's cache id"),
        Sent(H2DResponse.GoWritePull, "ItoMWr, WrCur, DirtyEvict"),
        Sent(H2DResponse.ExtCmp, "WOWrInv, WOWrInvF: memory is written, or has refused"),
        Sent(H2DResponse.GoWritePullDrop, "CleanEvict: memory has the same"),
        Never(H2DResponse.FastGo, "the only weakly ordered requests write, and get Fast-GO-WritePull"),
        Sent(H2DResponse.FastGoWritePull, "WOWrInv, WOWrInvF"),
        Sent(H2DResponse.GoErrWritePull, "a write to an address that has no memory, or whose device refuses the host the line"),
        Sent(M2SRequest.MemInv, "the host, or a device below it, will own a line of which it needs no data; CLFlush"),
        Sent(M2SRequest.MemRd, "any read of device memory that no cache of the host serves"),
        Never(M2SRequest.MemRdData, "MemRd with metadata asks for the same, and says the state that is wanted"),
        Sent(M2SRequest.MemRdFwd, "a request of a device for its own HDM-D memory is resolved, and it may read or own the line"),
        Sent(M2SRequest.MemWrFwd, "the same of a write that keeps nothing"),
        Never(M2SRequest.MemRdTee, "no trusted execution environment is modelled"),
        Sent(M2SRequest.MemSpecRd, "a read of device memory has to wait for snoops first, `speculative-reads: true`; the device may drop it, and does"),
        Sent(M2SRequest.MemInvNT, "a whole line will be written, and the host's cache has no room for it: its data follows at once"),
        Sent(M2SRequest.MemClnEvct, "nobody in the host or below it holds a line any more, and it was clean"),
        Sent(M2SWrite.MemWr, "a modified line leaves; a whole line is written past the caches"),
        Sent(M2SWrite.MemWrPtl, "some bytes are written past the caches"),
        Sent(M2SWrite.BIConflict, "a back-invalidate snoop meets a request of the host for the line"),
        Sent(M2SBIResponse.BIRspI, "the host keeps nothing"),
        Sent(M2SBIResponse.BIRspS, "BISnpData, or BISnpCur of a shared line"),
        Sent(M2SBIResponse.BIRspE, "BISnpCur of an exclusive or modified line"),
        Sent(M2SBIResponse.BIRspIBlk, "BIRspI for all lines of a block"),
        Sent(M2SBIResponse.BIRspSBlk, "BIRspS for all lines of a block"),
        Sent(M2SBIResponse.BIRspEBlk, "BIRspE for all lines of a block"),
        Sent(S2MCompletion.Cmp, "writes, MemClnEvct, and what leaves the host nothing"),
        Sent(S2MCompletion.CmpS, "the host may share the line"),
        Sent(S2MCompletion.CmpE, "the host may own the line"),
        Never(S2MCompletion.CmpM, "a device writes a modified line to its memory before it gives it up, and completes with Cmp-E"),
        Sent(S2MCompletion.BIConflictAck, "each BIConflict, behind all completions of the line"),
        Sent(S2MData.MemData, "any read"),
        Never(S2MData.MemDataNxm, "devices do not claim the capability; an address without memory is answered by the policy for unclaimed accesses"),
        Sent(S2MBISnoop.BISnpCur, "a device that keeps nothing reads a line that the host may have modified"),
        Sent(S2MBISnoop.BISnpData, "a device reads a line that the host may have modified, and keeps it"),
        Sent(S2MBISnoop.BISnpInv, "a device writes a line that the host holds; its snoop filter has no room"),
        Sent(S2MBISnoop.BISnpCurBlk, "BISnpCur, and the host may have modified other lines of the block, `snoop-lines`"),
        Sent(S2MBISnoop.BISnpDataBlk, "BISnpData, and the host may have modified other lines of the block"),
        Sent(S2MBISnoop.BISnpInvBlk, "BISnpInv, and the host holds other lines of the block"),
    ];

    private static OpcodeUse Sent<T>(T opcode, string when)
        where T : struct, Enum => new(ChannelOf(opcode), NameOf(opcode), true, when);

    private static OpcodeUse Never<T>(T opcode, string why)
        where T : struct, Enum => new(ChannelOf(opcode), NameOf(opcode), false, why);

    private static string ChannelOf<T>(T opcode)
        where T : struct, Enum => opcode switch
        {
            D2HRequest => "D2HReq",
            D2HResponse => "D2HRsp",
            H2DRequest => "H2DReq",
            H2DResponse => "H2DRsp",
            M2SRequest => "M2SReq",
            M2SWrite => "M2SRwD",
            M2SBIResponse => "M2SBIRsp",
            S2MCompletion => "S2MNdr",
            S2MData => "S2MDrs",
            _ => "S2MBISnp",
        };

    /// <summary>The name of an opcode, or of the value of a field, as the specification spells it.</summary>
    internal static string NameOf<T>(T opcode)
        where T : struct, Enum => opcode switch
        {
            M2SRequest.MemRdTee => "MemRdTEE",
            D2HRequest request => ProtocolNames.Of(request),
            H2DResponse.Go => "GO",
            H2DResponse response => ProtocolNames.Of(response, GoState.Invalid),
            S2MCompletion completion => ProtocolNames.Of(completion),
            S2MData.MemDataNxm => "MemData-NXM",
            MetaField.Meta0State => "Meta0-State",
            MetaField.NoOp or SnoopType.NoOp => "No-Op",
            _ => opcode.ToString(),
        };
}
