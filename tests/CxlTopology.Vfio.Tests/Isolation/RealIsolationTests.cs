using System.Buffers.Binary;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>The isolation property on the real fabric: two guests at the same time, with configuration, registers, memory, device requests and resets.</summary>
public sealed class RealIsolationTests
{
    private const int Steps = 1_500;
    private const ulong Mark = 0xA11C_0000_0000_0000;
    private const ulong Upper = 0xFFFF_0000_0000_0000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TwoGuests_AtTheSameTime_NeverLeak(ulong seed)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice[] devices = [machine.Bind("g0"), machine.Bind("g3")];
        machine.Do(async () =>
        {
            Guest[] guests = [await machine.BootGuest("guest0", devices[0]), await machine.BootGuest("guest1", devices[1])];
            foreach (Guest guest in guests)
                await guest.LoadDriver(guest.Machine.Devices[0]);
            uint[] before = await Decoders(machine);
            await Task.WhenAll(guests.Select((g, i) => Operate(g, i, seed * 77 + (ulong)i)));
            Assert.Equal(before, await Decoders(machine));
            foreach (Guest guest in guests)
                await guest.Machine.End();
            Assert.Empty(machine.Core.Regions);
            Assert.Equal(1UL << 30, machine.Host.Memory.Available);
        });
    }

    private static async Task Operate(Guest guest, int who, ulong state)
    {
        VirtualMachine machine = guest.Machine;
        VirtualDevice device = machine.Devices[0];
        Bdf function = guest.FunctionOf(device)!.Bdf;
        (int dvsec, _) = await CxlRegisterInfo.FindDvsec(machine, guest.FunctionOf(device)!, 0);
        ulong hdm = guest.Core!.Memdevs[0].Endpoint!.HdmDecoders;
        var data = new byte[8];
        for (int step = 0; step < Steps; step++)
        {
            ulong at = Next(512) * 8 + (Next(2) == 0 ? 0 : VirtualMachine.WindowBase);
            BinaryPrimitives.WriteUInt64LittleEndian(data, Mark * (ulong)(who + 1) | Next(1 << 30));
            switch (Next(10))
            {
                case 0:
                    Check(await machine.ReadConfig(function, (int)Next(1024) * 4));
                    break;
                case 1:
                    await machine.WriteConfig(function, Next(2) == 0 ? dvsec + (int)Next(16) * 4 : (int)Next(64) * 4, (uint)Next(1UL << 32));
                    break;
                case 2:
                    Check(await machine.ReadMmio(hdm + Next(36) * 4));
                    break;
                case 3:
                    await machine.WriteMmio(hdm + Next(36) * 4, Next(1UL << 32));
                    break;
                case 4 or 5:
                    await machine.WriteMemory(at, data);
                    break;
                case 6 or 7:
                    await machine.ReadMemory(at, data);
                    Check(BinaryPrimitives.ReadUInt64LittleEndian(data));
                    break;
                case 8:
                    if (await device.Dma.Read(at, data))
                        Check(BinaryPrimitives.ReadUInt64LittleEndian(data));
                    break;
                default:
                    if (Next(60) == 0)
                        await machine.WriteConfig(function, dvsec + 0x10, 4, 2);
                    else
                        await machine.WriteConfig(function, 4, (uint)Next(8), 2);
                    break;
            }
        }

        ulong Next(ulong bound)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (state >> 16) % bound;
        }

        void Check(ulong read)
        {
            Assert.False((read & Upper) == ((Mark * (ulong)(2 - who)) & Upper) && read != ulong.MaxValue, $"guest {who} read 0x{read:x}: the other's data");
            Assert.False(read is >= 0x20_0000_0000 and < 0x50_0000_0000, $"guest {who} read 0x{read:x}: a host address");
        }
    }

    private static async Task<uint[]> Decoders(RealMachine machine)
    {
        foreach (CxlMemdev memdev in machine.Core.Memdevs) // a guest may have turned memory decode off
            await machine.Core.Configuration.WriteConfig(memdev.Function.Bdf, 4, await machine.Core.Configuration.ReadConfig(memdev.Function.Bdf, 4, 2) | 2, 2);
        var words = new List<uint>();
        foreach (CxlPort port in machine.Core.Ports.Where(p => p.HdmDecoders != 0))
        {
            for (int at = 0x10; at < HdmCapabilityRegisters.DecoderOffset(port.Capability.DecoderCount); at += 4)
                words.Add((uint)await machine.Core.Mmio.ReadMmio(port.HdmDecoders + (ulong)at));
        }

        return [.. words];
    }
}
