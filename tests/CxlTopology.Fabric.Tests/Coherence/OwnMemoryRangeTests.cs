using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>A device knows which lines of a region are its own: those that the window, and the ports below it, send to it.</summary>
public sealed class OwnMemoryRangeTests
{
    private const ulong Base = 0x10_0000_0000;
    private const ulong Bytes = 4UL << 30;

    [Theory]
    [InlineData(2, 256, new ulong[] { 0x2021_1100 })]
    [InlineData(4, 256, new ulong[] { 0x404100, 0x808200 })]
    [InlineData(4, 1024, new ulong[] { 0x0404_0400, 0x0808_0800 })]
    [InlineData(8, 512, new ulong[] { 0x2020_0200, 0x4040_0400, 0x8080_0800 })]
    public void Range_OfAnXorWindow_HoldsWhatTheWindowSends(int ways, int granularity, ulong[] list)
    {
        Assert.True(XorMaps.TryCreate(list, ways, out XorMaps? maps, out string? problem), problem);
        var interleave = Interleave.Of(ways, granularity);
        var window = new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(Bytes), Interleave = interleave, Arithmetic = InterleaveArithmetic.Xor, XorMaps = maps, Targets = [.. Enumerable.Range(0, ways)] };

        Prop.ForAll<uint>(number =>
        {
            ulong line = Base + number % (Bytes / 64) * 64;
            return Enumerable.Range(0, ways).All(position => new OwnMemoryRange(window.Base, window.Size, interleave, position, maps).Holds(line) == (window.TargetIndexOf(line) == position));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Range_OfAnXorWindowWithPortsBelow_HoldsWhatBothSend()
    {
        // Two bridges by XOR, two ports below each by the next bit.
        Assert.True(XorMaps.TryCreate([0x404100], 2, out XorMaps? maps, out string? problem), problem);
        var window = new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(Bytes), Interleave = Interleave.Of(2, 256), Arithmetic = InterleaveArithmetic.Xor, XorMaps = maps, Targets = [0, 1] };
        var ports = Interleave.Of(2, 512);

        Prop.ForAll<uint>(number =>
        {
            ulong line = Base + number % (Bytes / 64) * 64;
            int owner = window.TargetIndexOf(line) + 2 * ports.TargetOf(line);
            return Enumerable.Range(0, 4).All(position => new OwnMemoryRange(window.Base, window.Size, Interleave.Of(4, 256), position, maps).Holds(line) == (owner == position));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(Base - 64)]
    [InlineData(Base + Bytes)]
    public void Range_DoesNotHold_WhatLiesOutside(ulong line)
    {
        var range = new OwnMemoryRange(new Hpa(Base), new ByteSize(Bytes), Interleave.Of(1, 256), 0);

        Assert.False(range.Holds(line));
    }
}
