using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>Configuration space as a user of the device has it: each bit is the device's or a shadow's, and writable or not.</summary>
/// <remarks>
/// As vfio-pci has it. Shadow: vendor and device, BARs (which can be sized), capability pointers, interrupt line and pin, INTx disable. The device's, writable: command, cache line size, latency timer, the control
/// registers of PCI Express, the status and masks of error reporting. Everything else is read from the device, and writes to it are dropped. Writing Initiate Function Level Reset resets the device, if that is how it is reset.
/// </remarks>
public sealed class VirtualConfiguration
{
    private const int Length = 4096;
    private const int Command = 0x04;
    private const int FirstBar = 0x10;
    private const int LastBar = 0x27;
    private const int Rom = 0x30;
    private const int Capabilities = 0x34;
    private const int FirstExtended = 0x100;
    private const ushort IntxDisable = 1 << 10;
    private const ushort MemoryEnable = 2;
    private const ushort BusMaster = 4;
    private const uint InitiateReset = 1 << 15;
    private const int CapabilitiesMax = 48;
    private const int ExtendedMax = 480;
    private readonly VfioPciDevice device;
    private readonly byte[] shadow = new byte[Length];
    private readonly byte[] isShadow = new byte[Length];
    private readonly byte[] writable = new byte[Length];
    private readonly List<(int Offset, uint Value)> found = []; // what the user can change in the device, as it was
    private int errors;
    private int express;
    private int translation; // Address Translation Services: the host's software turns them on
    private ushort command;

    internal VirtualConfiguration(VfioPciDevice device) => this.device = device;

    /// <summary>Offset of the PCI Express capability; 0 without.</summary>
    internal int Express => express;

    /// <summary>Offset of the MSI-X capability; 0 without.</summary>
    internal int Msix { get; private set; }

    /// <summary>Whether the user has memory decode on.</summary>
    internal bool MemoryEnabled => (command & MemoryEnable) != 0;

    private IConfigurationBus Bus => device.Hardware.Configuration;

    /// <summary>Takes over what the device says now.</summary>
    internal async Task Initialize()
    {
        Array.Clear(shadow);
        Array.Clear(isShadow);
        Array.Clear(writable);
        (express, Msix, errors, translation) = (0, 0, 0, 0);
        for (int offset = 0; offset < 0x40; offset += 4)
            LittleEndian.Put(shadow, offset, await Bus.ReadConfig(device.Function.Bdf, offset));
        command = (ushort)LittleEndian.U32(shadow, Command);
        Shadow(0x00, 4, 0);
        Allow(Command, 0xFFFF, 2);
        Shadow(Command, 2, IntxDisable, IntxDisable);
        Allow(0x0C, 0xFFFF, 2); // cache line size, latency timer
        Allow(0x0F, 0xFF, 1); // self test
        Shadow(FirstBar, 0x18, uint.MaxValue);
        Shadow(Rom, 4, uint.MaxValue);
        Shadow(Capabilities, 1, 0);
        Shadow(0x3C, 1, 0xFF);
        Shadow(0x3D, 1, 0);
        shadow[0x3D] = 0; // the interrupt pin is not offered
        await FindCapabilities();
        await FindExtended();
        await ClearErrors();
        foreach ((int offset, uint value) in device.Group.TakeOwed(device.Name, LittleEndian.U32(shadow, 0)))
            await Bus.WriteConfig(device.Function.Bdf, offset, value);
        found.Clear();
        for (int offset = 0; offset < Length; offset += 4)
        {
            if ((Mask(writable, offset, 4) & ~Mask(isShadow, offset, 4)) != 0
                && offset != Command
                && await Bus.ReadConfig(device.Function.Bdf, offset) is var value and not uint.MaxValue) // a device that does not answer has nothing to be put back
                found.Add((offset, value));
        }
    }

    /// <summary>Puts back what the user could change in the device, and clears the errors that it has logged: whoever has it next finds nothing of the last one.</summary>
    internal async Task GiveBack()
    {
        foreach ((int offset, uint value) in found)
        {
            uint now = await Bus.ReadConfig(device.Function.Bdf, offset);
            if (now == uint.MaxValue && value != now)
            {
                device.Group.Owe(device.Name, LittleEndian.U32(shadow, 0), found);
                return; // it does not answer: when it is there again
            }

            if (now != value)
                await Bus.WriteConfig(device.Function.Bdf, offset, value);
        }

        found.Clear();
        await ClearErrors();
    }

    /// <summary>Errors that are logged are cleared: a 1 does it.</summary>
    private async Task ClearErrors()
    {
        const int UncorrectableStatus = 0x04;
        const int CorrectableStatus = 0x10;
        const int DeviceStatus = 0x0A;
        const uint DeviceErrors = 0xF;
        if (errors != 0)
        {
            await Bus.WriteConfig(device.Function.Bdf, errors + UncorrectableStatus, uint.MaxValue);
            await Bus.WriteConfig(device.Function.Bdf, errors + CorrectableStatus, uint.MaxValue);
        }

        if (express != 0)
            await Bus.WriteConfig(device.Function.Bdf, express + DeviceStatus, DeviceErrors, 2);
    }

    /// <summary>Reads 1, 2 or 4 bytes, naturally aligned.</summary>
    internal async Task<uint> Read(int offset, int bytes)
    {
        uint virtually = Mask(isShadow, offset, bytes);
        uint all = Ones(bytes);
        uint fromShadow = virtually == 0 ? 0 : ShadowAt(offset, bytes) & virtually;
        return virtually == all ? fromShadow : (await Bus.ReadConfig(device.Function.Bdf, offset, bytes) & ~virtually & all) | fromShadow;
    }

    /// <summary>Writes 1, 2 or 4 bytes, naturally aligned.</summary>
    internal async Task Write(int offset, int bytes, uint value)
    {
        uint allowed = Mask(writable, offset, bytes);
        if (allowed == 0)
            return;
        uint virtually = Mask(isShadow, offset, bytes);
        if (offset <= Command + 1 && offset + bytes > Command)
            await OnCommand(offset, bytes, value);
        if (express != 0 && offset <= express + 9 && offset + bytes > express + 9)
        {
            int shift = 8 * (offset - (express + 8));
            if ((value << shift & InitiateReset) != 0)
                await device.ResetByGuest();
            value &= ~(InitiateReset >> shift);
        }

        uint intoShadow = allowed & virtually;
        if (intoShadow != 0)
            LittleEndian.Set(shadow.AsSpan(offset, bytes), (LittleEndian.Get(shadow.AsSpan(offset, bytes)) & ~intoShadow) | (value & intoShadow));
        uint intoDevice = allowed & ~virtually;
        if (intoDevice == 0)
            return;
        uint now = intoDevice == Ones(bytes) ? 0 : await Bus.ReadConfig(device.Function.Bdf, offset, bytes);
        await Bus.WriteConfig(device.Function.Bdf, offset, (now & ~intoDevice) | (value & intoDevice), bytes);
    }

    /// <summary>What a reset of the function takes away and a driver puts back: command, BARs, the controls of PCI Express.</summary>
    internal async Task<IReadOnlyList<(int Offset, int Bytes, uint Value)>> Save()
    {
        var saved = new List<(int, int, uint)>();
        for (int offset = FirstBar; offset < LastBar; offset += 4)
            saved.Add((offset, 4, await Bus.ReadConfig(device.Function.Bdf, offset)));
        saved.Add((0x0C, 2, await Bus.ReadConfig(device.Function.Bdf, 0x0C, 2)));
        if (express != 0)
        {
            foreach (int control in (int[])[express + 8, express + 0x10, express + 0x28])
                saved.Add((control, 2, await Bus.ReadConfig(device.Function.Bdf, control, 2)));
        }

        if (translation != 0)
            saved.Add((translation + AddressTranslationRegisters.ControlOffset, 2, await Bus.ReadConfig(device.Function.Bdf, translation + AddressTranslationRegisters.ControlOffset, 2)));
        if (Msix != 0)
            saved.Add((Msix + 2, 2, await Bus.ReadConfig(device.Function.Bdf, Msix + 2, 2)));
        saved.Add((Command, 2, await Bus.ReadConfig(device.Function.Bdf, Command, 2)));
        return saved;
    }

    /// <summary>Puts back what was saved, the command register last.</summary>
    internal async Task Restore(IReadOnlyList<(int Offset, int Bytes, uint Value)> saved)
    {
        foreach ((int offset, int bytes, uint value) in saved)
            await Bus.WriteConfig(device.Function.Bdf, offset, value, bytes);
    }

    /// <summary>Turns memory decode and bus mastering on or off in the device, and in what the user sees.</summary>
    internal async Task SetCommand(bool memory, bool master)
    {
        ushort now = (ushort)await Bus.ReadConfig(device.Function.Bdf, Command, 2);
        command = (ushort)(now & ~(MemoryEnable | BusMaster) | (memory ? MemoryEnable : 0) | (master ? BusMaster : 0));
        if (command != now)
            await Bus.WriteConfig(device.Function.Bdf, Command, command, 2);
    }

    /// <summary>Turns memory decode of the device on, whatever its user has asked for: the host needs its registers.</summary>
    /// <returns>Whether it was off.</returns>
    internal async Task<bool> ForceMemory()
    {
        uint now = await Bus.ReadConfig(device.Function.Bdf, Command, 2);
        if ((now & MemoryEnable) != 0)
            return false;
        await Bus.WriteConfig(device.Function.Bdf, Command, now | MemoryEnable, 2);
        return true;
    }

    /// <summary>Memory decode is as the user has it again.</summary>
    internal async Task ReleaseMemory()
    {
        if (!MemoryEnabled)
            await Bus.WriteConfig(device.Function.Bdf, Command, await Bus.ReadConfig(device.Function.Bdf, Command, 2) & ~(uint)MemoryEnable, 2);
    }

    private async Task OnCommand(int offset, int bytes, uint value)
    {
        uint written = Ones(bytes) << (8 * (offset - Command));
        uint shifted = value << (8 * (offset - Command));
        ushort next = (ushort)((command & ~written) | (shifted & written));
        bool was = MemoryEnabled;
        if (was && (next & MemoryEnable) == 0)
            device.Zap();
        if ((next & MemoryEnable) != 0 && was && (await Bus.ReadConfig(device.Function.Bdf, Command, 2) & MemoryEnable) == 0)
            await RestoreBars(); // the device was reset behind our back
        command = next;
    }

    private async Task RestoreBars()
    {
        foreach (VfioBar bar in device.Bars)
        {
            await Bus.WriteConfig(device.Function.Bdf, FirstBar + 4 * bar.Index, (uint)bar.Base);
            if (bar.Is64Bit)
                await Bus.WriteConfig(device.Function.Bdf, FirstBar + 4 * bar.Index + 4, (uint)(bar.Base >> 32));
        }
    }

    private uint ShadowAt(int offset, int bytes)
    {
        if (offset is not ((>= FirstBar and <= LastBar) or (>= Rom and < Rom + 4)))
            return (uint)LittleEndian.Get(shadow.AsSpan(offset, bytes));
        int start = offset & ~3;
        return (uint)(LittleEndian.U32(shadow, start) & BarMask(start) | BarType(start)) >> (8 * (offset & 3)) & Ones(bytes);
    }

    private uint BarMask(int offset)
    {
        int index = (offset - FirstBar) / 4;
        foreach (VfioBar bar in device.Bars)
        {
            if (bar.Index == index)
                return (uint)~(bar.Size - 1) & ~0xFu;
            if (bar.Is64Bit && bar.Index + 1 == index)
                return (uint)(~(bar.Size - 1) >> 32);
        }

        return 0;
    }

    private uint BarType(int offset)
    {
        VfioBar? bar = device.Bars.FirstOrDefault(b => FirstBar + 4 * b.Index == offset);
        return bar is null ? 0 : bar.Is64Bit ? 0xCu : 0x8u;
    }

    private async Task FindCapabilities()
    {
        const int PowerManagement = 0x01;
        const int ExpressId = 0x10;
        const int MsixId = 0x11;
        int at = shadow[Capabilities];
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await Bus.ReadConfig(device.Function.Bdf, at);
            LittleEndian.Put(shadow, at, head);
            Shadow(at + 1, 1, 0);
            switch (head & 0xFF)
            {
                case PowerManagement:
                    Shadow(at + 4, 1, 3, 3); // the power state is a shadow's: the device stays on
                    break;
                case ExpressId:
                    express = at;
                    Allow(at + 8, 0xFFFF, 2);
                    Allow(at + 0x28, 0xFFDF, 2);
                    break;
                case MsixId:
                    Msix = at;
                    break;
            }

            at = (int)(head >> 8 & 0xFC);
        }
    }

    private async Task FindExtended()
    {
        const ushort ErrorReporting = 1;
        const int HeaderLog = 0x1C;
        const int ErrorControl = 0x18;
        const ushort Vendor = 0x23;
        if (express == 0)
            return;
        int at = FirstExtended;
        for (int left = ExtendedMax; at >= FirstExtended && left > 0; left--)
        {
            uint head = await Bus.ReadConfig(device.Function.Bdf, at);
            if (head is 0 or uint.MaxValue)
                return;
            LittleEndian.Put(shadow, at, head);
            Shadow(at, 4, 0);
            if ((ushort)head == AddressTranslationRegisters.CapabilityId)
                translation = at;
            if ((ushort)head == ErrorReporting)
            {
                errors = at;
                for (int register = 4; register <= 0x18; register += 4)
                    Allow(at + register, uint.MaxValue, 4);
                for (int register = HeaderLog; register < HeaderLog + 0x10; register += 4)
                    Shadow(at + register, 4, 0); // headers of requests have the host's addresses, and the last user's
                Shadow(at + ErrorControl, 1, 0, 0x1F); // what it logged first
            }
            else if ((ushort)head == Vendor)
            {
                int length = (int)(await Bus.ReadConfig(device.Function.Bdf, at + 4) >> 20);
                for (int register = 4; register + 4 <= length && at + register + 4 <= Length; register += 4)
                    Allow(at + register, uint.MaxValue, 4); // raw, as a vendor's capability is
            }

            at = (int)(head >> 20 & 0xFFC);
        }
    }

    /// <summary>Bytes that are a shadow's; of them, bits that can be written.</summary>
    private void Shadow(int offset, int bytes, uint allowed, uint bits = uint.MaxValue)
    {
        for (int i = 0; i < bytes; i++)
        {
            isShadow[offset + i] |= (byte)(bits >> (8 * (i % 4)));
            writable[offset + i] = (byte)((writable[offset + i] & ~(bits >> (8 * (i % 4)))) | (allowed >> (8 * (i % 4))));
        }
    }

    private void Allow(int offset, uint bits, int bytes)
    {
        for (int i = 0; i < bytes; i++)
            writable[offset + i] |= (byte)(bits >> (8 * i));
    }

    private static uint Mask(byte[] of, int offset, int bytes) => (uint)LittleEndian.Get(of.AsSpan(offset, bytes));

    private static uint Ones(int bytes) => bytes == 4 ? uint.MaxValue : (1u << (8 * bytes)) - 1;
}
