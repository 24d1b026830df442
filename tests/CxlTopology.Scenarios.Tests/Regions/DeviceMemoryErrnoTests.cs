using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of the error numbers of device memory.</summary>
public sealed class DeviceMemoryErrnoTests
{
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

    [Fact]
    public void SetUp_PartitionsWithAGap_IsEINVAL() =>
        Failing.With(
            Errno.EINVAL,
            () => DeviceMemory.SetUp(NewMemdev(), new CxlPartition(false, default, ByteSize.GiB(1), -1), new CxlPartition(true, new Dpa(0x5000_0000), ByteSize.GiB(1), -1)),
            "partition 1", "0x50000000", "0x40000000");

    [Fact]
    public void SetUp_Twice_IsEBUSY() =>
        Failing.With(Errno.EBUSY, () => DeviceMemory.SetUp(machine.Memdev("m0"), new CxlPartition(false, default, ByteSize.GiB(1), -1)), "mem", "2 partitions");

    [Fact]
    public void SetSize_NoMultipleOf256MiB_IsEINVAL()
    {
        DeviceMemory.SetMode(machine.Decoder("m0"), isPersistent: false);

        Failing.With(Errno.EINVAL, () => DeviceMemory.SetSize(machine.Decoder("m0"), ByteSize.MiB(128)), "128MiB", machine.Decoder("m0").Name, "256MiB");
    }

    [Fact]
    public void SetSize_OfADecoderThatIsNotNext_IsEBUSY()
    {
        DeviceMemory.SetMode(machine.Decoder("m0", 1), isPersistent: false);

        Failing.With(Errno.EBUSY, () => DeviceMemory.SetSize(machine.Decoder("m0", 1), ByteSize.MiB(256)), machine.Decoder("m0", 1).Name, machine.Decoder("m0").Name);
    }

    [Fact]
    public void Free_OfADecoderThatIsNotTheLast_IsEBUSY()
    {
        CxlEndpointDecoder first = machine.WithMemory("m0");
        CxlEndpointDecoder second = machine.WithMemory("m0", instance: 1);

        Failing.With(Errno.EBUSY, () => DeviceMemory.SetSize(first, default), first.Name, second.Name);
    }

    [Fact]
    public void SetSize_OfADecoderInARegion_IsEBUSY()
    {
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");

        Failing.With(Errno.EBUSY, () => DeviceMemory.SetSize(region.Targets[0]!, ByteSize.MiB(512)), region.Targets[0]!.Name, "region0");
    }

    [Fact]
    public void Allocate_OfADecoderInARegion_IsEBUSY()
    {
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");

        Failing.With(Errno.EBUSY, () => DeviceMemory.Allocate(region.Targets[0]!, ByteSize.MiB(512)), region.Targets[0]!.Name, "region0");
    }

    [Fact]
    public void SetSize_OfACommittedDecoder_IsEBUSY()
    {
        CoreMachine committed = CoreMachine.Boot(Texts.OneBridge(more: """
            firmware:
              - {component: m0, decoder: 0, base: 0x30_0000_0000, size: 256MiB}
              - {component: m0, dvsec-control: 6}
              - {component: m0, offset: 4, value: 2}
            """));

        Failing.With(Errno.EBUSY, () => DeviceMemory.SetSize(committed.Decoder("m0"), ByteSize.MiB(512)), committed.Decoder("m0").Name, "committed");
    }

    [Fact]
    public void SetSize_WithoutAMode_IsEBUSY() =>
        Failing.With(Errno.EBUSY, () => DeviceMemory.SetSize(machine.Decoder("m0"), ByteSize.MiB(256)), machine.Decoder("m0").Name, "ram or pmem");

    [Fact]
    public void SetSize_MoreThanIsFree_IsENOSPC()
    {
        machine.WithMemory("m0", "768MiB");

        Failing.With(Errno.ENOSPC, () => machine.WithMemory("m0", "512MiB", instance: 1), "512MiB", "256MiB of 1GiB");
    }

    [Fact]
    public void SetSize_OfMemoryThatAnotherSkipped_IsENOSPC()
    {
        machine.WithMemory("m0", isPersistent: true);

        Failing.With(Errno.ENOSPC, () => machine.WithMemory("m0", instance: 1), "ram", "0B of 1GiB");
    }

    [Fact]
    public void SetSize_OfSkippedMemoryAfterItWasFreed_Works()
    {
        DeviceMemory.SetSize(machine.WithMemory("m0", isPersistent: true), default);

        Assert.Equal(new Dpa(0), machine.WithMemory("m0").DpaBase);
    }

    [Fact]
    public void Reserve_Nothing_IsEINVAL() =>
        Failing.With(Errno.EINVAL, () => DeviceMemory.Reserve(machine.Decoder("m0"), default, default, default), machine.Decoder("m0").Name, "0 bytes", "256MiB");

    [Fact]
    public void Reserve_WhatAnotherHas_IsEBUSY()
    {
        CxlEndpointDecoder first = machine.WithMemory("m0", "512MiB");

        Failing.With(
            Errno.EBUSY, () => DeviceMemory.Reserve(machine.Decoder("m0", 1), new Dpa(0x1000_0000), ByteSize.MiB(256), default), "0x10000000", first.Name, "512MiB at 0x0");
    }

    [Fact]
    public void Reserve_PastTheCapacity_IsEBUSY() =>
        Failing.With(Errno.EBUSY, () => DeviceMemory.Reserve(machine.Decoder("m0"), new Dpa(0x7000_0000), ByteSize.MiB(512), default), "0x70000000", "0x80000000");

    [Fact]
    public void SetMode_OfACommittedDecoder_IsEBUSY()
    {
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");

        Failing.With(Errno.EBUSY, () => DeviceMemory.SetMode(region.Targets[0]!, isPersistent: true), region.Targets[0]!.Name, "committed");
    }

    [Fact]
    public void SetMode_WithoutSuchAPartition_IsEINVAL()
    {
        CoreMachine accelerator = CoreMachine.Boot(Accelerators.Text());

        Failing.With(Errno.EINVAL, () => DeviceMemory.SetMode(accelerator.Decoder("g0"), isPersistent: true), "pmem", "it has ram");
    }

    [Fact]
    public void SetMode_OfAnEmptyPartition_IsENXIO()
    {
        CxlMemdev memdev = NewMemdev();
        DeviceMemory.SetUp(memdev, new CxlPartition(false, default, ByteSize.GiB(1), -1), new CxlPartition(true, new Dpa(1 << 30), default, -1));
        var port = new CxlPort { Kind = CxlPortKind.Endpoint, Id = 9, Host = memdev.Name, Memdev = memdev };

        Failing.With(Errno.ENXIO, () => DeviceMemory.SetMode(new CxlEndpointDecoder { Port = port, Instance = 0 }, isPersistent: true), "pmem", memdev.Name, "no capacity");
    }

    [Fact]
    public void Allocate_InBothPartitions_SkipsOnlyWhatNobodyHas()
    {
        Assert.Equal((new Dpa(0), ByteSize.MiB(0)), PlaceOf(machine.WithMemory("m0", "256MiB")));
        Assert.Equal((new Dpa(1 << 30), ByteSize.MiB(768)), PlaceOf(machine.WithMemory("m0", "512MiB", isPersistent: true, instance: 1)));
        Assert.Equal((new Dpa(0x6000_0000), ByteSize.MiB(0)), PlaceOf(machine.WithMemory("m0", "256MiB", isPersistent: true, instance: 2)));
    }

    private static (Dpa Base, ByteSize Skip) PlaceOf(CxlEndpointDecoder decoder) => (decoder.DpaBase, decoder.DpaSkip);

    private CxlMemdev NewMemdev() => new() { Id = 77, Function = machine.Memdev("m0").Function, IsAccelerator = true, Location = machine.Memdev("m0").Location };
}
