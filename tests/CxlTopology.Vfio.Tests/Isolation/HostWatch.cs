using CxlTopology.Fabric;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>What is the host's: every decoder of the machine, and the registers of its ports that software writes. It changes when the host does something, and never otherwise.</summary>
internal sealed class HostWatch(RealMachine machine)
{
    private readonly Dictionary<string, HdmDecoderSettings[]> decoders = [];
    private readonly Dictionary<string, uint[]> ports = [];
    private int changes;

    /// <summary>How often it was compared.</summary>
    public long Looks { get; private set; }

    /// <summary>The host begins to change something.</summary>
    public void Begin() => changes++;

    /// <summary>The host has changed something: what is there now is what has to stay.</summary>
    public void End()
    {
        if (--changes == 0)
            Take();
    }

    /// <summary>Compares.</summary>
    public void Look(string context)
    {
        if (changes > 0)
            return;
        Looks++;
        foreach ((string path, HdmDecoderCapability capability) in machine.Built.Capabilities())
        {
            if (IsInReset(path))
                continue;
            HdmDecoderSettings[] now = Of(capability);
            if (decoders.TryGetValue(path, out HdmDecoderSettings[]? before))
                Assert.True(before.AsSpan().SequenceEqual(now), $"{context}: decoders of {path} have changed, and the host has not changed them");
            else
                decoders.Add(path, now);
        }

        foreach (LinkedActor port in machine.Built.Links.Select(l => l.Upper))
            Assert.Equal(ports[port.Path], Registers(port));
    }

    private void Take()
    {
        decoders.Clear();
        foreach ((string path, HdmDecoderCapability capability) in machine.Built.Capabilities())
        {
            if (!IsInReset(path))
                decoders[path] = Of(capability);
        }

        foreach (LinkedActor port in machine.Built.Links.Select(l => l.Upper))
            ports[port.Path] = Registers(port);
    }

    private bool IsInReset(string path) =>
        machine.Built.Endpoints.Values.FirstOrDefault(e => e.Path == path) is { } endpoint
        && (endpoint.ResetUnderway is not null || machine.Host.Devices.Any(d => d.IsBusy && machine.Built.Endpoints[machine.NameOf(d)] == endpoint));

    private static HdmDecoderSettings[] Of(HdmDecoderCapability capability) => [.. capability.Touched.Select(d => d.Settings)];

    /// <summary>Command, bus numbers, windows and bridge control of a port; what errors set is not the host's doing.</summary>
    private static uint[] Registers(LinkedActor port)
    {
        byte[] all = port.DumpConfiguration()!;
        return
        [
            BitConverter.ToUInt16(all, 0x04), BitConverter.ToUInt32(all, 0x10), BitConverter.ToUInt32(all, 0x14), BitConverter.ToUInt32(all, 0x18), BitConverter.ToUInt16(all, 0x1C),
            .. Enumerable.Range(8, 6).Select(i => BitConverter.ToUInt32(all, i * 4)), BitConverter.ToUInt16(all, 0x3E),
        ];
    }
}
