using System.Text.Json;

namespace CxlTopology.Specification.Tests;

public sealed class MeasuredCaseTests
{
    [Theory]
    [InlineData("qemu-05-1dev-4dec-skip")]
    [InlineData("qemu-22-3hb-g256-unaligned")]
    [InlineData("qemu-32-sw8-g8192")]
    [InlineData("qemu-33-2hb2rp-256-512")]
    [InlineData("linux-08-vol-pmem-skip")]
    public void Samples_WalkedByTheArithmetic_LandWhereTheyWereMeasured(string id)
    {
        var measured = MeasuredCase.Load(id);
        int samples = 0;
        foreach (JsonElement sample in measured["samples"].EnumerateArray())
        {
            ulong hpa = MeasuredCase.Address(sample.GetProperty("hpa"));
            (string Device, ulong Dpa)? expected = sample.GetProperty("device").GetString() is string device
                ? (device, MeasuredCase.Address(sample.GetProperty("dpa")))
                : null;
            Assert.Equal(expected, measured.Decode(hpa));
            samples++;
        }

        Assert.InRange(samples, 300, 500);
    }

    [Theory]
    [InlineData("qemu-05-1dev-4dec-skip")]
    [InlineData("qemu-22-3hb-g256-unaligned")]
    [InlineData("qemu-32-sw8-g8192")]
    [InlineData("qemu-33-2hb2rp-256-512")]
    public void Programming_WrittenToTheRegisters_ReadsBackAsMeasured(string id)
    {
        var measured = MeasuredCase.Load(id);
        SortedDictionary<(string Component, int Block), RegisterFile> files = [];
        foreach (JsonElement write in measured["programming"].EnumerateArray())
        {
            if (write.GetProperty("space").GetString() != "component")
                continue;
            int offset = (int)MeasuredCase.Address(write.GetProperty("hdmOffset"));
            RegisterFile file = FileOf(files, measured, write.GetProperty("component").GetString()!, offset, out int inBlock);
            file.Write(inBlock, (uint)MeasuredCase.Address(write.GetProperty("value")));
            if (offset >= HdmCapabilityRegisters.FirstDecoder && inBlock == HdmDecoderRegisters.ControlOffset)
                CommitAnything(file, measured.KindOf(write.GetProperty("component").GetString()!));
        }

        int compared = 0;
        foreach (JsonElement read in measured["readBack"].EnumerateArray())
        {
            int offset = (int)MeasuredCase.Address(read.GetProperty("hdmOffset"));
            if (offset == 0)
                continue;
            RegisterFile file = FileOf(files, measured, read.GetProperty("component").GetString()!, offset, out int inBlock);
            uint expected = (uint)MeasuredCase.Address(read.GetProperty("value"));
            Assert.Equal(expected, file.Read(inBlock));
            compared++;
        }

        Assert.InRange(compared, 20, 400);
    }

    // What the software that was measured does: every commit succeeds.
    private static void CommitAnything(RegisterFile file, ComponentKind kind)
    {
        HdmDecoderRegisters registers = HdmDecoderRegisters.For(kind);
        file.Set(registers.Committed, file.Get(registers.Commit));
    }

    private static RegisterFile FileOf(
        SortedDictionary<(string Component, int Block), RegisterFile> files,
        MeasuredCase measured,
        string component,
        int offset,
        out int inBlock)
    {
        bool head = offset < HdmCapabilityRegisters.FirstDecoder;
        int block = head ? -1 : (offset - HdmCapabilityRegisters.FirstDecoder) / HdmCapabilityRegisters.DecoderLength;
        inBlock = head ? offset : offset - HdmCapabilityRegisters.DecoderOffset(block);
        if (!files.TryGetValue((component, block), out RegisterFile? file))
        {
            file = new RegisterFile(head ? HdmCapabilityRegisters.Map : HdmDecoderRegisters.For(measured.KindOf(component)).Map);
            files.Add((component, block), file);
        }

        return file;
    }
}
