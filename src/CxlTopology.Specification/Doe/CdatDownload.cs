using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>How software reads a CDAT over a DOE mailbox: the next request, and what is to be thought of its response.</summary>
/// <remarks>
/// By the rules of Linux: the entry of handle 0 is the table's header and has 16 bytes, every other has at least 4 and as many
/// as it says itself, and all of them no more than the header says. So there is an end to it whatever the device answers: at most
/// <see cref="Cdat.LengthMax"/> bytes are read.
/// </remarks>
public sealed class CdatDownload
{
    private readonly List<byte> bytes = [];
    private int lengthMax = Cdat.HeaderLength;
    private ushort handle;

    /// <summary>How far it is.</summary>
    public CdatDownloadState State { get; private set; }

    /// <summary>Why it failed, a sentence without full stop; null if it did not.</summary>
    public string? Problem { get; private set; }

    /// <summary>
    /// What was read so far: the whole table once <see cref="State"/> is done, not yet checked by <see cref="Cdat.TryParse"/>.
    /// </summary>
    public byte[] ToBytes() => [.. bytes];

    /// <summary>The next request, a whole data object.</summary>
    /// <exception cref="InvalidOperationException">There is none: it is done or failed.</exception>
    public uint[] NextRequest() => State == CdatDownloadState.Asking
        ? CdatAccess.Request(handle)
        : throw new InvalidOperationException($"The download is {State}; there is nothing left to ask.");

    /// <summary>Takes the response to the last request.</summary>
    /// <param name="response">A whole data object, of any content.</param>
    /// <returns>How far it is now.</returns>
    /// <exception cref="InvalidOperationException">Nothing was asked: it is done or failed.</exception>
    public CdatDownloadState Accept(ReadOnlySpan<uint> response)
    {
        if (State != CdatDownloadState.Asking)
            throw new InvalidOperationException($"The download is {State}; there is nothing to be answered.");
        if (!DoeObject.IsWhole(response) || response.Length < 4
            || DoeObject.VendorOf(response[0]) != CdatAccess.CxlVendor || DoeObject.TypeOf(response[0]) != CdatAccess.TableAccessType)
        {
            return Fail($"the response for entry {handle} is no data object of the table access protocol with an entry");
        }

        if ((ushort)response[2] != 0)
            return Fail($"the response for entry {handle} has the code 0x{(ushort)response[2]:x4}, not that of the CDAT");

        byte[] entry = new byte[4 * (response.Length - 3)];
        for (int i = 3; i < response.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(4 * (i - 3)), response[i]);
        if (bytes.Count == 0)
        {
            if (entry.Length != Cdat.HeaderLength)
                return Fail($"the header has {entry.Length} bytes, not {Cdat.HeaderLength}");
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            if (length is < Cdat.HeaderLength or > Cdat.LengthMax)
                return Fail($"the header claims {length} bytes; tables have {Cdat.HeaderLength} to {Cdat.LengthMax}");
            lengthMax = (int)length;
        }
        else
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(2));
            if (entry.Length != length)
                return Fail($"entry {handle} has {entry.Length} bytes and claims {length}");
            if (bytes.Count + length > lengthMax)
                return Fail($"entry {handle} reaches past the {lengthMax} bytes the header claims");
        }

        bytes.AddRange(entry);
        handle = (ushort)(response[2] >> 16);
        if (handle == CdatAccess.LastEntry)
            State = CdatDownloadState.Done;
        return State;
    }

    private CdatDownloadState Fail(string problem)
    {
        Problem = problem;
        return State = CdatDownloadState.Failed;
    }
}
