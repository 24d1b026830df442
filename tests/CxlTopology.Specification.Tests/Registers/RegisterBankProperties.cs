using FsCheck;
using FsCheck.Fluent;
using static CxlTopology.Specification.Tests.SampleLayout;

namespace CxlTopology.Specification.Tests;

public sealed class RegisterBankProperties
{
    [Fact]
    public void Writes_Random_DoWhatTheBitByBitRuleSays()
    {
        Gen<(int, int, ulong)> access =
            from size in Gen.Elements(1, 2, 4, 8)
            from slot in Gen.Choose(0, (0x80 / size) - 1)
            from value in ArbMap.Default.GeneratorFor<ulong>()
            select (slot * size, size, value);
        Prop.ForAll(access.ListOf().ToArbitrary(), accesses =>
        {
            RegisterBank bank = new(Layout);
            byte[] expected = Enumerable.Range(0, 0x80).Select(offset => (byte)bank.Read(offset, 1)).ToArray();
            foreach ((int offset, int size, ulong value) in accesses)
            {
                bank.Write(offset, size, value);
                for (int bit = 0; bit < size * 8; bit++)
                    WriteBit(expected, offset, bit, (value >> bit & 1) != 0);
            }

            return Enumerable.Range(0, 0x80).All(offset => bank.Read(offset, 1) == expected[offset]);
        }).QuickCheckThrowOnFailure();
    }

    // Bit by bit and in ascending order, the lock's own register first, as an access of eight bytes has it.
    private static void WriteBit(byte[] memory, int offset, int bit, bool one)
    {
        int position = (offset * 8) + bit;
        int register = position / 32 * 4;
        if (Layout.BlockAt(register) is not RegisterBlock block)
            return;
        RegisterField? field = block.Map.Fields.FirstOrDefault(
            row => row.Offset == register - block.Offset && position % 32 >= row.Lsb && position % 32 <= row.Msb);
        bool locked = ReferenceEquals(block, Block) && (memory[0x14] & 1) != 0;
        bool? written = field?.Access switch
        {
            RegisterAccess.RW or RegisterAccess.RWS => one,
            RegisterAccess.RWL => locked ? null : one,
            RegisterAccess.RWO => one ? true : null,
            RegisterAccess.RW1C or RegisterAccess.RW1CS => one ? false : null,
            _ => null,
        };
        if (written is not bool value)
            return;
        byte mask = (byte)(1 << (position % 8));
        memory[position / 8] = (byte)(value ? memory[position / 8] | mask : memory[position / 8] & ~mask);
    }
}
