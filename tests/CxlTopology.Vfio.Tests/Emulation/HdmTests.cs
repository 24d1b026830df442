using CxlTopology.Software;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;
using static CxlTopology.Vfio.VfioDialect;

namespace CxlTopology.Vfio.Tests.Emulation;

public sealed class HdmTests
{
    private const int Decoder = 0x10;
    private const int Control = Decoder + 0x10;

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    public async Task Decoder_MaskSweep_HoldsWhatTheTableSays(VfioDialect dialect)
    {
        User user = await Open(dialect);
        uint[] device = [.. user.Fake.Hdm];
        for (int bit = 0; bit < 32; bit++)
        {
            uint value = 1u << bit;
            await user.SetHdm(Decoder, value);
            Assert.Equal(value & 0xF0000000, await user.Hdm(Decoder));
            await user.SetHdm(Decoder + 4, value);
            Assert.Equal(value, await user.Hdm(Decoder + 4));
            await user.SetHdm(Decoder + 8, value);
            Assert.Equal(value & 0xF0000000, await user.Hdm(Decoder + 8));
            await user.SetHdm(Decoder + 0xC, value);
            Assert.Equal(value, await user.Hdm(Decoder + 0xC));
            foreach (int dropped in (int[])[0x14, 0x18, 0x1C])
            {
                uint before = await user.Hdm(Decoder + dropped);
                await user.SetHdm(Decoder + dropped, value);
                Assert.Equal(before, await user.Hdm(Decoder + dropped));
            }

            if (bit == 8)
                continue;
            await user.SetHdm(Control, value);
            uint expected = bit switch { 9 => 0x600u, < 8 or 13 => value, _ => 0 };
            Assert.Equal(expected, await user.Hdm(Control));
            await user.SetHdm(Control, 0);
        }

        Assert.Equal(device, user.Fake.Hdm);
    }

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    [InlineData(V3)]
    public async Task GlobalControl_MaskSweep_KeepsTwoBits(VfioDialect dialect)
    {
        User user = await Open(dialect);
        for (int bit = 0; bit < 32; bit++)
        {
            await user.SetHdm(4, 1u << bit);
            Assert.Equal(bit == 1 ? 2u : 0, await user.Hdm(4)); // the capability has no bit 10
        }
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 0x300u, 0x700u)]
    [InlineData(RfcV2, 0x300u, 0x700u)]
    [InlineData(V3, 0x300u, 0x700u)]
    public async Task Control_LockAndCommitInOneWrite_Commits(VfioDialect dialect, uint written, uint read)
    {
        User user = await Open(dialect);
        await Clear(user);
        await user.SetHdm(Control, written);
        Assert.Equal(read, await user.Hdm(Control));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 0x100u)] // bricked: not committed, and nothing helps
    [InlineData(RfcV2, 0x600u)]
    [InlineData(V3, 0x600u)]
    public async Task Control_LockWithoutCommit_BricksAsPostedOnly(VfioDialect dialect, uint after)
    {
        User user = await Open(dialect);
        await Clear(user);
        await user.SetHdm(Control, 0x100);
        await user.SetHdm(Control, 0x200);
        Assert.Equal(after, await user.Hdm(Control));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 0x20000000u)]
    [InlineData(RfcV2, 0x10000000u)]
    [InlineData(V3, 0x10000000u)]
    public async Task Base_WhileCommitted_IsWritableAsPostedOnly(VfioDialect dialect, uint after)
    {
        User user = await Open(dialect);
        await Clear(user);
        await user.SetHdm(Decoder, 0x10000000);
        await user.SetHdm(Control, 0x200);
        await user.SetHdm(Decoder, 0x20000000);
        Assert.Equal(after, await user.Hdm(Decoder));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 0x700u)]
    [InlineData(RfcV2, 0x700u)]
    [InlineData(V3, 0x000u)]
    public async Task Control_ClearingCommitOfLocked_ReleasesInV3Only(VfioDialect dialect, uint after)
    {
        User user = await Open(dialect);
        await Clear(user);
        await user.SetHdm(Control, 0x300);
        await user.SetHdm(Control, 0);
        Assert.Equal(after, await user.Hdm(Control));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, true)]
    [InlineData(RfcV2, false)]
    [InlineData(V3, false)]
    public async Task Shadow_OfFirmwareCommittedDecoder_LeaksTheHostAddressAsPostedOnly(VfioDialect dialect, bool leaks)
    {
        User user = await Open(dialect, prepare: fake => fake.Commit(0, FakeCore.Window, FakeDevice.Capacity));
        Assert.Equal(leaks ? (uint)(FakeCore.Window >> 32) : 0, await user.Hdm(Decoder + 4));
        Assert.Equal(0u, await user.Hdm(Decoder) & 0x0FFFFFFF);
        Assert.Equal(dialect == RfcV2 ? 0u : 0x600, await user.Hdm(Control) & 0x600);
    }

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    public async Task Access_SubRegister_IsEINVALOrCut(VfioDialect dialect)
    {
        User user = await Open(dialect);
        ulong at = (ulong)user.Fake.HdmOffset + Decoder;
        await Fails(Errno.EINVAL, () => user.Read(0, at + 2, 2));
        await Fails(Errno.EINVAL, () => user.WriteWord(0, at, 1, 2));
        Assert.Equal(8, (await user.Read(0, at, 8)).Length);
        Assert.Equal(user.Fake.ReadBar(0, (ulong)user.Fake.HdmOffset, 4), await user.Hdm(0)); // the capability register is the device's
    }

    [Fact]
    public async Task EmulatedRegisters_WithMemoryDecodeOff_Answer()
    {
        User user = await Open();
        await user.SetConfig(4, 0, 2);
        Assert.Equal(0u, await user.Hdm(Control));
        await Fails(Errno.EIO, () => user.Hdm(0));
    }

    private static async Task Clear(User user)
    {
        await user.SetHdm(Control, 0);
        await user.SetHdm(Decoder, 0);
    }
}
