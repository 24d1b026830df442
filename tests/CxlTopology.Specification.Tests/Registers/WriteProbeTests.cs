namespace CxlTopology.Specification.Tests;

/// <summary>Every register of every space, written with ones and zeros: exactly the bits the rows declare change.</summary>
public sealed class WriteProbeTests
{
    [Fact]
    public void Write_AllOnes_SetsWhatTheRowsSay() => ForEveryRegister((layout, offset, rows) =>
    {
        RegisterBank bank = new(layout);
        uint before = (uint)bank.Read(offset, 4);
        bank.Write(offset, 4, uint.MaxValue);
        uint set = Bits(rows, access => access is RegisterAccess.RW or RegisterAccess.RWL or RegisterAccess.RWS or RegisterAccess.RWO);
        uint cleared = Bits(rows, access => access is RegisterAccess.RW1C or RegisterAccess.RW1CS);
        return ((before | set) & ~cleared, (uint)bank.Read(offset, 4));
    });

    [Fact]
    public void Write_AllZeros_ClearsWhatTheRowsSay() => ForEveryRegister((layout, offset, rows) =>
    {
        RegisterBank bank = Full(layout, locked: false);
        uint before = (uint)bank.Read(offset, 4);
        bank.Write(offset, 4, 0);
        uint cleared = Bits(rows, access => access is RegisterAccess.RW or RegisterAccess.RWL or RegisterAccess.RWS);
        return (before & ~cleared, (uint)bank.Read(offset, 4));
    });

    [Fact]
    public void Write_OnesOverOnes_ClearsWriteOneToClearAlone() => ForEveryRegister((layout, offset, rows) =>
    {
        RegisterBank bank = Full(layout, locked: false);
        uint before = (uint)bank.Read(offset, 4);
        bank.Write(offset, 4, uint.MaxValue);
        uint cleared = Bits(rows, access => access is RegisterAccess.RW1C or RegisterAccess.RW1CS);
        uint once = Bits(rows, access => access is RegisterAccess.RWO);
        return ((before & ~cleared) | once, (uint)bank.Read(offset, 4));
    });

    [Fact]
    public void Write_ZerosWhileLocked_LeavesLockableAlone() => ForEveryRegister((layout, offset, rows) =>
    {
        RegisterBank bank = Full(layout, locked: true);
        uint before = (uint)bank.Read(offset, 4);
        bank.Write(offset, 4, 0);
        bool locks = layout.BlockAt(offset)?.LockField is not null;
        uint cleared = Bits(rows, access => access is RegisterAccess.RW or RegisterAccess.RWS || (access is RegisterAccess.RWL && !locks));
        return (before & ~cleared, (uint)bank.Read(offset, 4));
    });

    [Fact]
    public void Write_ByteByByte_IsTheSameAsAtOnce() => ForEveryRegister((layout, offset, rows) =>
    {
        RegisterBank once = new(layout);
        RegisterBank bytes = new(layout);
        once.Write(offset, 4, 0xA5C3_5A3C);
        for (int i = 0; i < 4; i++)
            bytes.Write(offset + i, 1, 0xA5C3_5A3CUL >> (8 * i));
        return ((uint)once.Read(offset, 4), (uint)bytes.Read(offset, 4));
    });

    [Fact]
    public void Reset_EveryKind_KeepsWhatTheRowsSay()
    {
        foreach (RegisterLayout layout in ProbedLayouts.All)
        {
            foreach (ResetKind kind in Enum.GetValues<ResetKind>())
            {
                RegisterBank bank = Full(layout, locked: false);
                uint[] before = bank.Snapshot();
                bank.Reset(kind);
                int index = 0;
                foreach (RegisterBlock block in layout.Blocks)
                {
                    foreach (IGrouping<int, RegisterField> register in block.Map.Fields.GroupBy(field => field.Offset))
                    {
                        uint initial = layout.InitialAt(block.Offset + register.Key);
                        uint sticky = Bits(register, access => access is RegisterAccess.ROS or RegisterAccess.RWS or RegisterAccess.RW1CS);
                        bool untouched = kind == ResetKind.Function && block.ResetClass != ResetClass.Function;
                        uint kept = untouched ? uint.MaxValue : kind == ResetKind.Cold ? 0 : sticky;
                        Assert.Equal((before[index] & kept) | (initial & ~kept), bank.RegisterAt(index++));
                    }
                }
            }
        }
    }

    // Every field of every register all ones, as hardware can set it, but for locks.
    private static RegisterBank Full(RegisterLayout layout, bool locked)
    {
        RegisterBank bank = new(layout);
        foreach (RegisterBlock block in layout.Blocks)
        {
            for (int offset = 0; offset < block.Length; offset += 4)
                bank.SetWord(block.Offset + offset, uint.MaxValue);
            if (block.LockField is Field<bool> lockField)
                bank.Set(block, lockField, locked);
        }

        return bank;
    }

    private static uint Bits(IEnumerable<RegisterField> rows, Func<RegisterAccess, bool> chosen) =>
        rows.Where(row => chosen(row.Access)).Aggregate(0u, (bits, row) => bits | row.Mask);

    private static void ForEveryRegister(Func<RegisterLayout, int, IReadOnlyList<RegisterField>, (uint Expected, uint Actual)> probe)
    {
        int probed = 0;
        foreach (RegisterLayout layout in ProbedLayouts.All)
        {
            IEnumerable<int> offsets = layout.Blocks
                .SelectMany(block => Enumerable.Range(block.Offset / 4, block.Length / 4))
                .Append((layout.Length / 4) - 1);
            foreach (int offset in offsets.Select(word => word * 4))
            {
                RegisterBlock? block = layout.BlockAt(offset);
                RegisterField[] rows = block is null ? [] : [.. block.Map.Fields.Where(row => row.Offset == offset - block.Offset)];
                (uint expected, uint actual) = probe(layout, offset, rows);
                Assert.True(expected == actual, $"{layout.Name} +0x{offset:x}: 0x{actual:x8} instead of 0x{expected:x8}");
                probed++;
            }
        }

        Assert.True(probed > 1000);
    }
}
