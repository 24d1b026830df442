using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Regions;

/// <summary>What only objects made by hand can show: devices of a restricted host, and memory with a hole below 4 GiB.</summary>
public sealed class HandMadeTreeTests
{
    [Fact]
    public void Attach_DeviceOfARestrictedHostBesideOthers_IsENXIO()
    {
        var tree = new HandMadeTree();
        CxlPort port = tree.Port(tree.Core.Root!, tree.Bridge);
        CxlEndpointDecoder below = tree.Endpoint(port, port.Dports[0], 0x10000);
        CxlEndpointDecoder restricted = tree.Endpoint(tree.Core.Root!, tree.Bridge, 0x20000);
        CxlRegion region = tree.Regions.Create(tree.Window, isPersistent: false);
        tree.Regions.SetWays(region, 2);
        tree.Regions.SetGranularity(region, 256);
        tree.Regions.SetSize(region, ByteSize.MiB(512));
        foreach (CxlEndpointDecoder decoder in new[] { below, restricted })
        {
            DeviceMemory.SetMode(decoder, isPersistent: false);
            DeviceMemory.SetSize(decoder, ByteSize.MiB(256));
        }

        tree.Regions.Attach(region, 0, below);
        ErrnoException error = Assert.Throws<ErrnoException>(() => tree.Regions.Attach(region, 1, restricted));

        Assert.Equal(Errno.ENXIO, error.Errno);
        Assert.Contains("restricted host", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assemble_RangeLongerThanAWindowAtAddressZero_IsCutToTheWindow()
    {
        var tree = new HandMadeTree(windowBase: 0, windowSize: 3UL << 28);
        CxlEndpointDecoder decoder = CommittedAt(tree, 0, ByteSize.GiB(1));

        await tree.Regions.Assemble(decoder);

        CxlRegion region = Assert.Single(tree.Core.Regions);
        Assert.Equal((CxlRegionState.Commit, ByteSize.MiB(768), true), (region.State, region.Size, region.Enabled));
    }

    [Fact]
    public async Task Assemble_RangeLongerThanAnotherWindow_IsENXIO()
    {
        var tree = new HandMadeTree(windowBase: 1UL << 32, windowSize: 3UL << 28);
        CxlEndpointDecoder decoder = CommittedAt(tree, 1UL << 32, ByteSize.GiB(1));

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => tree.Regions.Assemble(decoder));

        Assert.Equal(Errno.ENXIO, error.Errno);
        Assert.Empty(tree.Core.Regions);
    }

    [Fact]
    public void SetSize_InAWindowAtAddressZero_LeavesTheFirst256MiB()
    {
        var tree = new HandMadeTree(windowBase: 0, windowSize: 1UL << 30);
        CxlRegion region = tree.Regions.Create(tree.Window, isPersistent: false);
        tree.Regions.SetWays(region, 1);
        tree.Regions.SetGranularity(region, 256);

        tree.Regions.SetSize(region, ByteSize.MiB(256));

        Assert.Equal(new Hpa(1 << 28), region.Base);
    }

    [Fact]
    public async Task Commit_OfARangeOfTheDvsec_NeedsNoCommit_AndStaysLocked()
    {
        var tree = new HandMadeTree();
        CxlPort port = tree.Port(tree.Core.Root!, tree.Bridge);
        CxlPort endpoint = tree.Endpoint(port, port.Dports[0], 0).Port;
        endpoint.Decoders.Clear();
        var range = new CxlEndpointDecoder
        {
            Port = endpoint,
            Instance = 0,
            IsDvsecRange = true,
            Base = new Hpa(1UL << 32),
            Size = ByteSize.GiB(1),
            TargetType = TargetRangeType.HostOnly,
            Enabled = true,
            Locked = true,
        };
        endpoint.Decoders.Add(range);
        DeviceMemory.Reserve(range, default, ByteSize.GiB(1), default);
        range.IsAuto = true;

        await tree.Regions.Assemble(range);

        CxlRegion region = Assert.Single(tree.Core.Regions);
        Assert.Equal((CxlRegionState.Commit, true), (region.State, region.Locked));
        Assert.Equal(Errno.EPERM, (await Assert.ThrowsAsync<ErrnoException>(() => tree.Regions.Decommit(region))).Errno);
        Assert.Empty(tree.Registers.Accesses);
    }

    private static CxlEndpointDecoder CommittedAt(HandMadeTree tree, ulong start, ByteSize size)
    {
        CxlPort port = tree.Port(tree.Core.Root!, tree.Bridge);
        CxlEndpointDecoder decoder = tree.Endpoint(port, port.Dports[0], 0x10000);
        DeviceMemory.Reserve(decoder, default, size, default);
        (decoder.Base, decoder.Size, decoder.Enabled, decoder.IsAuto) = (new Hpa(start), size, true, true);
        decoder.Interleave = Interleave.Of(1, 256);
        decoder.Port.CommitEnd = 0;
        return decoder;
    }
}
