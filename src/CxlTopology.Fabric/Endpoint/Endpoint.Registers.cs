using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The registers of an endpoint: configuration space, component registers, MSI-X table, device registers with their mailbox.</summary>
public abstract partial class Endpoint
{
    private void OnRegisterAccess(ref Message message)
    {
        if (!IsUp)
        {
            Lose(ref message);
            return;
        }

        if (further.Length > 0 && ServeFurther(ref message))
        {
            Transmit(ref message);
            return;
        }

        if (quiet is { } reset)
        {
            AnswerInReset(ref message, Function!, reset, 0);
            Transmit(ref message);
            return;
        }

        var flags = (IoFlags)message.Flags;
        bool served = true;
        if ((flags & IoFlags.Configuration) != 0)
        {
            bool isHere = (flags & IoFlags.Type0) != 0 && Bdf.OfConfigurationAddress(message.Address) is { Device: 0, Function: 0 };
            if (!isHere)
                CompleteIo(ref message, IoStatus.Unsupported);
            served = !isHere || Serve(ref message, Function!);
            Control = Function!.DeviceControl;
        }
        else
        {
            int bar = Function!.BarAt(message.Address, out ulong offset);
            message.Address = offset;
            if (bar == 0 && offset - Function.ComponentOffset < HostBridgeResources.RegisterBytes)
            {
                message.Address -= Function.ComponentOffset;
                served = Serve(ref message, Function);
            }
            else if (bar == PciFunction.VectorBar && Function.Vectors is { } vectors)
            {
                if (ServeSpace(ref message, vectors, (long)offset))
                    Function.ReleaseInterrupts();
                SendOutgoing();
            }
            else if (bar == EngineRegisters.Bar && Accelerator?.Registers is { } engine)
            {
                ServeEngine(ref message, engine);
            }
            else if (bar == Function.DeviceBar)
            {
                ServeDevice(ref message);
            }
            else
            {
                Function.Log(AerUncorrectable.UnsupportedRequest, Header(message), advisory: true);
                SendOutgoing();
                CompleteIo(ref message, IoStatus.Unsupported);
            }
        }

        if (served)
            Transmit(ref message);
    }

    /// <summary>Device registers: status, mailbox, memory device status.</summary>
    private void ServeDevice(ref Message message)
    {
        if (!ServeSpace(ref message, deviceRegisters ??= MakeDeviceRegisters(), (long)message.Address))
            return;
        var done = new Message { Kind = (byte)MessageKind.CommandDone, Argument = ++command, Payload = -1 };
        Schedule(ref done, Options.CommandLatency);
    }

    private void OnCommandDone(ulong number)
    {
        const int DataOffset = 8; // of a Clear Poison, behind the address
        if (number != command || deviceRegisters is not { Executing: true } device)
            return; // it was dropped by a reset
        byte[] payload = device.Payload.ToArray();
        MailboxResult result = device.Complete((ulong)(Now.Femtoseconds / 1_000_000));
        if (result.Effect == MailboxEffect.PoisonInjected)
            Media.Poison(result.Dpa);
        else if (result.Effect == MailboxEffect.PoisonCleared)
            Media.Replace(result.Dpa, payload.AsSpan(DataOffset, PayloadBytes));
        RegisterView mailbox = device.Registers[device.Layout.Mailbox];
        if (!mailbox.Get(MailboxRegisters.DoorbellInterrupt))
            return;
        Function!.Raise(ConfigSpaceLayouts.MailboxVector);
        SendOutgoing();
    }

    private DeviceRegisterPort MakeDeviceRegisters()
    {
        var port = new DeviceRegisterPort(DeviceRegisterLayout.For(), new MemoryDeviceMailbox(new MemoryDeviceOptions
        {
            TotalCapacity = options.Capacity,
            VolatileOnly = options.Volatile,
            PersistentOnly = new ByteSize(options.Capacity.Bytes - options.Volatile.Bytes),
        }));
        port.SetMedia(readiness.Active ? MediaStatus.Ready : MediaStatus.NotReady);
        return port;
    }
}
