using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Brings a memory device into the topology: the switch ports above it that are not there yet, then its endpoint with decoders.</summary>
internal sealed class EndpointProbe(CxlCore core)
{
    private const int ControlRegister = 0x0C;
    private const uint MemEnable = 4;
    private const uint GlobalControl = 0x04;
    private const uint HdmEnable = 2;

    /// <exception cref="ErrnoException">The media is not ready: EBUSY. A port above is missing, or its driver failed: ENXIO. Else what the endpoint's driver says.</exception>
    public async Task Attach(CxlMemdev memdev)
    {
        if (!memdev.MediaReady)
            throw new ErrnoException(Errno.EBUSY, $"the media of {memdev.Function.Bdf} is not ready");
        if (memdev.Function.Parent is not { } above)
            throw new ErrnoException(Errno.ENXIO, $"{memdev.Function.Bdf} hangs on no port: it is integrated into the root complex");
        try
        {
            CxlDport dport = await Reach(above);
            if (!dport.Port.Enabled)
                throw new ErrnoException(Errno.ENXIO, $"{dport.Port.Name} ({dport.Port.Host}) is disabled: its driver failed");
            await AddEndpoint(memdev, dport);
        }
        catch (ErrnoException)
        {
            Leave(above);
            throw;
        }
    }

    /// <summary>Takes a memory device out of the topology: its decoders out of their regions, the last first, then its endpoint, then the ports above that are empty.</summary>
    public async Task Detach(CxlMemdev memdev)
    {
        if (memdev.Endpoint is { } endpoint)
        {
            for (int i = endpoint.Decoders.Count - 1; i >= 0; i--)
                await Release((CxlEndpointDecoder)endpoint.Decoders[i]);
            await core.BackInvalidates.Disable(memdev.Function);
            await Disable(endpoint);
            memdev.Endpoint = null;
            endpoint.Enabled = false;
            endpoint.Parent!.Children.Remove(endpoint);
            core.Remove(endpoint);
        }

        if (memdev.Function.Parent is { } above)
            Leave(above);
    }

    /// <summary>Takes the switch ports away that nothing is below any more, from a downstream port upwards.</summary>
    public void Leave(PciDevice dport)
    {
        var ports = new PortProbe(core);
        for (CxlDport? above = core.DportOf(dport); above?.Port is { Kind: CxlPortKind.Switch, Children.Count: 0 } port; above = port.ParentDport)
            ports.Remove(port);
    }

    /// <summary>The downstream port that a function is, with the ports above it made where they are not there yet.</summary>
    private async Task<CxlDport> Reach(PciDevice function)
    {
        if (core.DportOf(function) is { } known)
            return known;
        if (function.Parent is not { Parent: { } above } upstream)
            throw new ErrnoException(Errno.ENXIO, $"{function.Bdf} is no downstream port of a host bridge that CXL knows");
        CxlDport parent = await Reach(above);
        if (!parent.Port.Enabled)
            throw new ErrnoException(Errno.ENXIO, $"{parent.Port.Name} ({parent.Port.Host}) is disabled: CXL.mem cannot be enumerated below it");
        await new PortProbe(core).AddSwitch(upstream, parent);
        return core.DportOf(function) ?? throw new ErrnoException(Errno.ENXIO, $"{function.Bdf} is no downstream port of {upstream.Bdf}");
    }

    private async Task AddEndpoint(CxlMemdev memdev, CxlDport dport)
    {
        var endpoint = new CxlPort
        {
            Kind = CxlPortKind.Endpoint,
            Id = core.PortIds.Take(),
            Parent = dport.Port,
            ParentDport = dport,
            Host = memdev.Name,
            Function = memdev.Function,
            Memdev = memdev,
            Location = memdev.Location,
            HdmDecoders = memdev.Location.HdmDecoders,
        };
        core.Add(endpoint);
        dport.Port.Children.Add(endpoint);
        try
        {
            await ProbeEndpoint(endpoint);
        }
        catch (ErrnoException)
        {
            core.Log.Add($"{memdev.Name}: {endpoint.Name} failed to probe");
            await Disable(endpoint);
            dport.Port.Children.Remove(endpoint);
            core.Remove(endpoint);
            throw;
        }

        memdev.Endpoint = endpoint;
        await EnableBackInvalidate(memdev);
        if (core.Assembler is { } assembler)
            await Assemble(endpoint, assembler);
    }

    /// <summary>A device with a BI decoder gets its way to the host. Without, its memory is there all the same, but not as HDM-DB.</summary>
    private async Task EnableBackInvalidate(CxlMemdev memdev)
    {
        try
        {
            await core.BackInvalidates.Enable(memdev.Function, memdev.Location);
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{memdev.Name}: no back-invalidate: {error.Message} ({error.Errno})");
        }
    }

    private async Task ProbeEndpoint(CxlPort endpoint)
    {
        DeviceRanges ranges = await new MediaWait(core).ReadRanges(endpoint.Function!, endpoint.Location!.DeviceDvsec);
        var decoders = new DecoderProbe(core);
        if (endpoint.HdmDecoders != 0)
            await decoders.ReadCapability(endpoint);
        if (core.Platform.Qos is { } qos)
            await new QosProbe(core, qos).Classify(endpoint);
        await EnableDecoders(endpoint, ranges);
        await decoders.Enumerate(endpoint, ranges);
    }

    private async Task Assemble(CxlPort endpoint, IRegionAssembler assembler)
    {
        foreach (CxlDecoder decoder in endpoint.Decoders)
        {
            if (decoder is not CxlEndpointDecoder { IsAuto: true } found)
                continue;
            try
            {
                await assembler.Assemble(found);
            }
            catch (ErrnoException error)
            {
                core.Log.Add($"{found.Name}: failed to attach to a region: {error.Message} ({error.Errno})");
            }
        }
    }

    private async Task EnableDecoders(CxlPort endpoint, DeviceRanges ranges)
    {
        bool enabled = endpoint.HdmDecoders != 0 && ((uint)await core.Mmio.ReadMmio(endpoint.HdmDecoders + GlobalControl) & HdmEnable) != 0;
        if (enabled || (endpoint.HdmDecoders == 0 && ranges.MemEnabled))
        {
            await EnableMemory(endpoint);
            return;
        }

        if (endpoint.HdmDecoders == 0)
            throw new ErrnoException(Errno.ENODEV, $"{endpoint.Function!.Bdf} has no HDM decoder capability, and its memory is not enabled (device DVSEC control, Mem_Enable)");
        if (ranges.MemEnabled)
        {
            if (!ranges.Ranges.Any(IsAllowed))
                throw new ErrnoException(Errno.ENXIO, $"the ranges of the device DVSEC of {endpoint.Function!.Bdf} lie in no fixed memory window for RAM, and its memory is enabled: what firmware mapped is not taken away");
            return; // the ranges stay in force
        }

        await core.Mmio.WriteMmio(endpoint.HdmDecoders + GlobalControl, (uint)await core.Mmio.ReadMmio(endpoint.HdmDecoders + GlobalControl) | HdmEnable);
        endpoint.EnabledDecoders = true;
        await EnableMemory(endpoint);
    }

    private async Task Release(CxlEndpointDecoder decoder)
    {
        if (core.Assembler is { } assembler)
        {
            try
            {
                await assembler.Invalidate(decoder);
            }
            catch (ErrnoException error)
            {
                core.Log.Add($"{decoder.Name}: {error.Message} ({error.Errno})");
            }
        }

        decoder.DpaSize = default;
        decoder.DpaSkip = default;
        decoder.Partition = -1;
        decoder.Port.HdmEnd = Math.Min(decoder.Port.HdmEnd, decoder.Instance - 1);
    }

    private bool IsAllowed((Hpa Base, ByteSize Size) range) => core.Root!.Decoders.OfType<CxlRootDecoder>().Any(root =>
        (root.Window.Restrictions & WindowRestrictions.Volatile) != 0
        && range.Base.Value >= root.Base.Value
        && range.Base.Value - root.Base.Value + range.Size.Bytes <= root.Size.Bytes);

    private async Task EnableMemory(CxlPort endpoint)
    {
        int at = endpoint.Location!.DeviceDvsec + ControlRegister;
        uint control = await core.Configuration.ReadConfig(endpoint.Function!.Bdf, at, 2);
        if (control == ushort.MaxValue)
            throw new ErrnoException(Errno.ENXIO, $"the device DVSEC of {endpoint.Function.Bdf} does not answer: its control reads 0xffff");
        if ((control & MemEnable) != 0)
            return;
        await core.Configuration.WriteConfig(endpoint.Function.Bdf, at, control | MemEnable, 2);
        endpoint.EnabledMemory = true;
    }

    /// <summary>Undoes what enabling did, in reverse order.</summary>
    public async Task Disable(CxlPort endpoint)
    {
        if (endpoint.EnabledMemory)
        {
            int at = endpoint.Location!.DeviceDvsec + ControlRegister;
            uint control = await core.Configuration.ReadConfig(endpoint.Function!.Bdf, at, 2);
            await core.Configuration.WriteConfig(endpoint.Function.Bdf, at, control & ~MemEnable, 2);
            endpoint.EnabledMemory = false;
        }

        if (endpoint.EnabledDecoders)
        {
            uint global = (uint)await core.Mmio.ReadMmio(endpoint.HdmDecoders + GlobalControl);
            await core.Mmio.WriteMmio(endpoint.HdmDecoders + GlobalControl, global & ~HdmEnable);
            endpoint.EnabledDecoders = false;
        }
    }
}
