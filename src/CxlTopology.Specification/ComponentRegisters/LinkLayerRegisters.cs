using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The CXL Link capability, id 4: version, initialization and credits of the link layer.</summary>
/// <remarks>
/// Registers of 64 bits are two rows where a field crosses the middle. Software may read it all; what it writes is stored and of no effect.
/// </remarks>
public static class LinkLayerRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL link capability", length: 0x38, spec: "CXL 3.1 §8.2.4.19");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Version of the link layer.</summary>
    public static Field<byte> VersionSupported { get; } = Map.Field<byte>("CXL Link Version Supported", 0x00, 3, 0, HwInit, resetValue: 2);

    /// <summary>That of the other end.</summary>
    public static Field<byte> VersionReceived { get; } = Map.Field<byte>("CXL Link Version Received", 0x00, 7, 4, RO);

    /// <summary>Depth of the retry buffer.</summary>
    public static Field<byte> WrapSupported { get; } = Map.Field<byte>("LLR Wrap Value Supported", 0x00, 15, 8, HwInit);

    /// <summary>That of the other end.</summary>
    public static Field<byte> WrapReceived { get; } = Map.Field<byte>("LLR Wrap Value Received", 0x00, 23, 16, RO);

    /// <summary>Retries in the last RETRY.Req.</summary>
    public static Field<byte> RetriesReceived { get; } = Map.Field<byte>("NUM_Retry Received", 0x00, 28, 24, RO);

    /// <summary>Reinitializations in it, low bits.</summary>
    public static Field<byte> ReinitsReceivedLow { get; } = Map.Field<byte>("NUM_Phy_Reinit Received (2:0)", 0x00, 31, 29, RO);

    /// <summary>High bits of them.</summary>
    public static Field<byte> ReinitsReceivedHigh { get; } = Map.Field<byte>("NUM_Phy_Reinit Received (4:3)", 0x04, 1, 0, RO);

    /// <summary>Write pointer in the last RETRY.Ack.</summary>
    public static Field<byte> WritePointer { get; } = Map.Field<byte>("Wr_Ptr Received", 0x04, 9, 2, RO);

    /// <summary>Sequence number it echoed.</summary>
    public static Field<byte> EchoSequence { get; } = Map.Field<byte>("Echo_Eseq Received", 0x04, 17, 10, RO);

    /// <summary>Free buffers it told.</summary>
    public static Field<byte> FreeBuffers { get; } = Map.Field<byte>("Num_Free_Buf Received", 0x04, 25, 18, RO);

    /// <summary>The link layer cannot be reset by software.</summary>
    public static Field<bool> NoReset { get; } = Map.Field<bool>("No_LL_Reset_Support", 0x04, 26, 26, HwInit, resetValue: true);

    /// <summary>Resets the link layer; stored, of no effect.</summary>
    public static Field<bool> Reset { get; } = Map.Field<bool>("LL_Reset", 0x08, 0, 0, RW);

    /// <summary>Stalls initialization; stored.</summary>
    public static Field<bool> InitStall { get; } = Map.Field<bool>("LL_Init_Stall", 0x08, 1, 1, RWS);

    /// <summary>Stalls the return of credits; stored.</summary>
    public static Field<bool> CreditStall { get; } = Map.Field<bool>("LL_Crd_Stall", 0x08, 2, 2, RWS);

    /// <summary>0 not ready, 1 exchanging parameters, 2 stalled, 3 done.</summary>
    public static Field<byte> InitState { get; } = Map.Field<byte>("INIT_State", 0x08, 4, 3, RO);

    /// <summary>Retry buffers in use.</summary>
    public static Field<byte> RetryBufferConsumed { get; } = Map.Field<byte>("LL_Retry_Buffer_Consumed", 0x08, 12, 5, RO);

    /// <summary>Credits to give for CXL.cache requests.</summary>
    public static Field<ushort> RxControlCacheReq { get; } = Map.Field<ushort>("Rx Credit Control: Cache Req", 0x10, 9, 0, RWS);

    /// <summary>Credits to give for CXL.cache responses.</summary>
    public static Field<ushort> RxControlCacheRsp { get; } = Map.Field<ushort>("Rx Credit Control: Cache Rsp", 0x10, 19, 10, RWS);

    /// <summary>Credits to give for CXL.cache data.</summary>
    public static Field<ushort> RxControlCacheData { get; } = Map.Field<ushort>("Rx Credit Control: Cache Data", 0x10, 29, 20, RWS);

    /// <summary>Credits to give for CXL.mem requests or responses, low bits.</summary>
    public static Field<byte> RxControlMemReqRspLow { get; } = Map.Field<byte>("Rx Credit Control: Mem Req/Rsp (1:0)", 0x10, 31, 30, RWS);

    /// <summary>High bits of them.</summary>
    public static Field<byte> RxControlMemReqRspHigh { get; } = Map.Field<byte>("Rx Credit Control: Mem Req/Rsp (9:2)", 0x14, 7, 0, RWS);

    /// <summary>Credits to give for CXL.mem data.</summary>
    public static Field<ushort> RxControlMemData { get; } = Map.Field<ushort>("Rx Credit Control: Mem Data", 0x14, 17, 8, RWS);

    /// <summary>Credits to give for back-invalidates.</summary>
    public static Field<ushort> RxControlBi { get; } = Map.Field<ushort>("Rx Credit Control: BI", 0x14, 27, 18, RWS);

    /// <summary>Credits still to return for CXL.cache requests.</summary>
    public static Field<ushort> RxReturnCacheReq { get; } = Map.Field<ushort>("Rx Credit Return Status: Cache Req", 0x18, 9, 0, RO);

    /// <summary>Credits still to return for CXL.cache responses.</summary>
    public static Field<ushort> RxReturnCacheRsp { get; } = Map.Field<ushort>("Rx Credit Return Status: Cache Rsp", 0x18, 19, 10, RO);

    /// <summary>Credits still to return for CXL.cache data.</summary>
    public static Field<ushort> RxReturnCacheData { get; } = Map.Field<ushort>("Rx Credit Return Status: Cache Data", 0x18, 29, 20, RO);

    /// <summary>Credits still to return for CXL.mem requests or responses, low bits.</summary>
    public static Field<byte> RxReturnMemReqRspLow { get; } =
        Map.Field<byte>("Rx Credit Return Status: Mem Req/Rsp (1:0)", 0x18, 31, 30, RO);

    /// <summary>High bits of them.</summary>
    public static Field<byte> RxReturnMemReqRspHigh { get; } =
        Map.Field<byte>("Rx Credit Return Status: Mem Req/Rsp (9:2)", 0x1C, 7, 0, RO);

    /// <summary>Credits still to return for CXL.mem data.</summary>
    public static Field<ushort> RxReturnMemData { get; } = Map.Field<ushort>("Rx Credit Return Status: Mem Data", 0x1C, 17, 8, RO);

    /// <summary>Credits still to return for back-invalidates.</summary>
    public static Field<ushort> RxReturnBi { get; } = Map.Field<ushort>("Rx Credit Return Status: BI", 0x1C, 27, 18, RO);

    /// <summary>Credits at hand for CXL.cache requests.</summary>
    public static Field<ushort> TxStatusCacheReq { get; } = Map.Field<ushort>("Tx Credit Status: Cache Req", 0x20, 9, 0, RO);

    /// <summary>Credits at hand for CXL.cache responses.</summary>
    public static Field<ushort> TxStatusCacheRsp { get; } = Map.Field<ushort>("Tx Credit Status: Cache Rsp", 0x20, 19, 10, RO);

    /// <summary>Credits at hand for CXL.cache data.</summary>
    public static Field<ushort> TxStatusCacheData { get; } = Map.Field<ushort>("Tx Credit Status: Cache Data", 0x20, 29, 20, RO);

    /// <summary>Credits at hand for CXL.mem requests or responses, low bits.</summary>
    public static Field<byte> TxStatusMemReqRspLow { get; } = Map.Field<byte>("Tx Credit Status: Mem Req/Rsp (1:0)", 0x20, 31, 30, RO);

    /// <summary>High bits of them.</summary>
    public static Field<byte> TxStatusMemReqRspHigh { get; } = Map.Field<byte>("Tx Credit Status: Mem Req/Rsp (9:2)", 0x24, 7, 0, RO);

    /// <summary>Credits at hand for CXL.mem data.</summary>
    public static Field<ushort> TxStatusMemData { get; } = Map.Field<ushort>("Tx Credit Status: Mem Data", 0x24, 17, 8, RO);

    /// <summary>Credits at hand for back-invalidates.</summary>
    public static Field<ushort> TxStatusBi { get; } = Map.Field<ushort>("Tx Credit Status: BI", 0x24, 27, 18, RO);

    /// <summary>Flits received before an acknowledgement is forced.</summary>
    public static Field<byte> AckForce { get; } = Map.Field<byte>("Ack_Force_Threshold", 0x28, 7, 0, RWS, resetValue: 0x10);

    /// <summary>How long one may wait otherwise.</summary>
    public static Field<ushort> AckFlush { get; } = Map.Field<ushort>("Ack or CRD Flush Retimer", 0x28, 17, 8, RWS, resetValue: 0x20);

    /// <summary>No multi-data headers.</summary>
    public static Field<bool> MdhDisable { get; } = Map.Field<bool>("MDH Disable", 0x30, 0, 0, RWS);

    /// <summary>Bytes from the start of the capability to the credits the port gives.</summary>
    public const int RxControlOffset = 0x10;

    /// <summary>Bytes to the credits it has at hand.</summary>
    public const int TxStatusOffset = 0x20;

    /// <summary>One register of credits: six counts of 0 to 1023 in 60 bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is higher.</exception>
    public static ulong PackCredits(int cacheReq, int cacheRsp, int cacheData, int memReqRsp, int memData, int backInvalidate)
    {
        ulong word = 0;
        int shift = 0;
        foreach (int count in (ReadOnlySpan<int>)[cacheReq, cacheRsp, cacheData, memReqRsp, memData, backInvalidate])
        {
            if ((uint)count > 1023)
                throw new ArgumentOutOfRangeException(nameof(cacheReq), count, "Link registers count 0 to 1023 credits a class.");
            word |= (ulong)count << shift;
            shift += 10;
        }

        return word;
    }

    /// <summary>Puts credits into a register of them, as hardware does.</summary>
    public static void SetCredits(RegisterView view, int offset, ulong packed)
    {
        view.SetWord(offset, (uint)packed);
        view.SetWord(offset + 4, (uint)(packed >> 32));
    }
}
