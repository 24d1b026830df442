using System.Buffers.Binary;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Guests;
using CxlTopology.Vfio.Tests.Machines;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>Two guests do what they like with configuration, registers, memory, device requests and resets, and crash: neither reads a host address or the other's data, and the host's decoders stay as they are.</summary>
public sealed class IsolationProperties
{
    private const int Steps = 2_000;
    private const int Seeds = 50; // the real fabric has the million
    private const ulong Mark = 0xA11C_E000_0000_0000; // in the upper bits of what the one guest writes
    private static readonly ulong[] marks = [Mark, 0xB0B0_0000_0000_0000];

    [Fact]
    public void TwoGuests_RandomOperations_NeverLeak() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed => Run((uint)seed, VfioDialect.RfcV2, Steps).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(Seeds).WithReplay(4711, 1));

    [Fact]
    public void TwoGuests_RandomOperationsInV3_NeverLeak() => Prop.ForAll(
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        seed => Run((uint)seed, VfioDialect.V3, Steps).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(4711, 1));

    private static async Task Run(uint seed, VfioDialect dialect, int steps)
    {
        var random = new Draw(seed);
        var bench = new Bench(2, dialect);
        for (ulong line = 0; line < 64; line++)
            bench.Fakes[random.Below(2)].Memory[line * 64] = Secret(); // from before the devices were assigned
        var guests = new Guest?[2];
        for (int step = 0; step < steps; step++)
        {
            int who = random.Below(2);
            Guest guest = guests[who] ??= await Start(bench, who);
            await Operate(bench, guest, who, random);
            if (random.Below(400) == 0)
            {
                await guest.Machine.End();
                guests[who] = null;
            }
        }

        foreach (Guest? guest in guests)
        {
            if (guest is not null)
                await guest.Machine.End();
        }

        Assert.Empty(bench.Host.Processes);
        Assert.Equal(FakeMachine.OwnMemory, bench.Host.Memory.Available);
    }

    private static async Task<Guest> Start(Bench bench, int who)
    {
        Guest guest = await Bench.Boot(bench.Host, $"guest{who}", bench.Devices[who]);
        await guest.LoadDriver(guest.Machine.Devices[0]);
        return guest;
    }

    private static async Task Operate(Bench bench, Guest guest, int who, Draw random)
    {
        VirtualMachine machine = guest.Machine;
        VirtualDevice device = machine.Devices[0];
        FakeDevice fake = bench.Fakes[who];
        uint[] decoders = [.. bench.Fakes[0].Hdm, .. bench.Fakes[1].Hdm];
        Bdf function = guest.FunctionOf(device)!.Bdf;
        int width = 1 << random.Below(3);
        var data = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(data, marks[who] | random.Next());
        switch (random.Below(12))
        {
            case 0 or 1:
                Check(who, await machine.ReadConfig(function, ConfigOffset(), width));
                break;
            case 2:
                await machine.WriteConfig(function, ConfigOffset(), random.Next(), width);
                break;
            case 3:
                Check(who, await machine.ReadMmio(BarAddress(), 4));
                break;
            case 4:
                await machine.WriteMmio(BarAddress(), random.Next(), 4);
                break;
            case 5 or 6:
                await machine.WriteMemory(MemoryAddress(), data);
                break;
            case 7 or 8:
                await machine.ReadMemory(MemoryAddress(), data);
                Check(who, BinaryPrimitives.ReadUInt64LittleEndian(data));
                break;
            case 9:
                if (await device.Dma.Read(MemoryAddress(), data))
                    Check(who, BinaryPrimitives.ReadUInt64LittleEndian(data));
                break;
            case 10:
                await device.Dma.Write(MemoryAddress(), data);
                break;
            default:
                if (random.Below(20) == 0)
                    await machine.WriteConfig(function, fake.Dvsec + 0x10, 4, 2); // CXL reset
                else
                    await machine.WriteConfig(function, 4, (uint)random.Below(8), 2);
                break;
        }

        Assert.Equal(decoders, (uint[])[.. bench.Fakes[0].Hdm, .. bench.Fakes[1].Hdm]);

        int ConfigOffset() => random.Below(3) == 0 ? fake.Dvsec + random.Below(0x40) / width * width : random.Below(4096) / width * width;

        ulong BarAddress()
        {
            ulong start = device.Bars[random.Below(3) * 2];
            ulong decoder = fake.BlockOffset + (ulong)fake.HdmOffset;
            return start + (random.Below(2) == 0 ? decoder + (ulong)random.Below(0x60) / 4 * 4 : (ulong)random.Below(0x20000) / 4 * 4);
        }

        ulong MemoryAddress() => (ulong)random.Below(512) * 8 + random.Below(4) switch
        {
            0 => 0,
            1 => VirtualMachine.WindowBase,
            2 => FakeCore.Window + 4096,
            _ => (ulong)random.Below(1 << 20) * 64,
        };
    }

    private static void Check(int who, ulong read)
    {
        const ulong Upper = 0xFFFF_0000_0000_0000;
        if (read != ulong.MaxValue && (read & Upper) is var mark and not 0)
            Assert.True(mark == (marks[who] & Upper) || !IsForeign(read, who), $"guest {who} read 0x{read:x}, which is not its own");
        Assert.False(read is >= FakeCore.Window and < FakeCore.Window + (8UL << 30) && read != VirtualMachine.WindowBase && read != 0, $"guest {who} read 0x{read:x}, which looks like a host address");
    }

    private static bool IsForeign(ulong read, int who)
    {
        const ulong Upper = 0xFFFF_0000_0000_0000;
        return (read & Upper) == (marks[1 - who] & Upper) || (read & Upper) == 0x5EC2_0000_0000_0000;
    }

    private static byte[] Secret()
    {
        var line = new byte[64];
        for (int i = 0; i < 64; i += 8)
            BinaryPrimitives.WriteUInt64LittleEndian(line.AsSpan(i), 0x5EC2_0000_0000_5EC2);
        return line;
    }

    /// <summary>A short generator: the sequence is the seed's alone.</summary>
    private sealed class Draw(uint seed)
    {
        private ulong state = seed * 0x9E37_79B9_7F4A_7C15 + 1;

        public uint Next()
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (uint)(state >> 32);
        }

        public int Below(int bound) => (int)(Next() % (uint)bound);
    }
}
