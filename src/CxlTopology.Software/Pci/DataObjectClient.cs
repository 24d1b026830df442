using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Exchanges data objects with a function (DOE), as software does: writes a request dword by dword, polls, reads the response.</summary>
/// <param name="bus">Configuration space.</param>
/// <param name="delay">Lets simulated time pass.</param>
public sealed class DataObjectClient(IConfigurationBus bus, Func<SimDuration, Task> delay)
{
    /// <summary>Number of the extended capability.</summary>
    public const ushort CapabilityId = 0x2E;

    private const int Control = 0x08;
    private const int Status = 0x0C;
    private const int WriteMailbox = 0x10;
    private const int ReadMailbox = 0x14;
    private const uint Abort = 1;
    private const uint Go = 1u << 31;
    private const uint Busy = 1;
    private const uint Error = 4;
    private const uint Ready = 1u << 31;
    private const int PollsMax = 1000;
    private static readonly SimDuration PollInterval = SimDuration.FromMilliseconds(1);

    /// <summary>
    /// One exchange. Null if the mailbox is busy with another, reports an error, or has no response within a second: it is then aborted.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="capability">Offset of its data object exchange capability.</param>
    /// <param name="request">A whole data object.</param>
    public async Task<uint[]?> Exchange(Bdf function, int capability, uint[] request)
    {
        if ((await bus.ReadConfig(function, capability + Status) & (Busy | Error)) != 0)
            return await GiveUp(function, capability);
        foreach (uint dword in request)
            await bus.WriteConfig(function, capability + WriteMailbox, dword);
        await bus.WriteConfig(function, capability + Control, Go);
        for (int polls = 0; polls < PollsMax; polls++)
        {
            uint status = await bus.ReadConfig(function, capability + Status);
            if ((status & Error) != 0)
                break;
            if ((status & Ready) != 0)
                return await ReadResponse(function, capability) ?? await GiveUp(function, capability);
            await delay(PollInterval);
        }

        return await GiveUp(function, capability);
    }

    /// <summary>Reads the whole CDAT of a function. Null if it has none, or what it answers is none.</summary>
    public async Task<byte[]?> ReadCdat(PciDevice device)
    {
        foreach ((ushort id, int offset) in device.ExtendedCapabilities)
        {
            if (id != CapabilityId)
                continue;
            var download = new CdatDownload();
            while (download.State == CdatDownloadState.Asking && await Exchange(device.Bdf, offset, download.NextRequest()) is { } response)
                download.Accept(response);
            if (download.State == CdatDownloadState.Done)
                return download.ToBytes();
        }

        return null;
    }

    private async Task<uint[]?> ReadResponse(Bdf function, int capability)
    {
        var response = new List<uint>();
        int length = 2;
        while (response.Count < length)
        {
            response.Add(await bus.ReadConfig(function, capability + ReadMailbox));
            await bus.WriteConfig(function, capability + ReadMailbox, 0); // any write advances
            if (response.Count == 2 && (length = DoeObject.LengthOf(response[1])) is < 2 or > DoeMailbox.DefaultRequestDwordsMax)
                return null;
        }

        return [.. response];
    }

    private async Task<uint[]?> GiveUp(Bdf function, int capability)
    {
        await bus.WriteConfig(function, capability + Control, Abort);
        return null;
    }
}
