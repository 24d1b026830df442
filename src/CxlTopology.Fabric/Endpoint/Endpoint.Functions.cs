using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The further functions of an endpoint: each with configuration space, BARs, interrupts and a function-level reset of its own.</summary>
/// <remarks>
/// Function 0 is the CXL device. A further function either takes part in its CXL.cache, and is reset with it by a CXL reset, or it has no part in CXL.cache and CXL.mem and is listed in the
/// Non-CXL Function Map of function 0; that reset leaves it alone. Conventional resets are the whole device's.
/// </remarks>
public abstract partial class Endpoint
{
    private const int TimerFunctionShift = 56;
    private readonly DeviceFunction[] further;
    private DeviceFunction? addressed; // whose registers are being written; null for function 0

    /// <summary>The numbers of its further functions, ascending; empty if it has function 0 alone.</summary>
    public IEnumerable<int> FurtherFunctions => further.Select(f => f.Number);

    /// <summary>All 4,096 bytes of configuration space of a further function, for people and tools that look from outside; null without it.</summary>
    public byte[]? DumpConfiguration(int function) => function == 0 ? DumpConfiguration() : FurtherAt(function)?.Function.Dump();

    /// <summary>Whether a function answers configuration and MMIO with retry status.</summary>
    public bool IsFunctionQuiet(int function) => function == 0 ? IsQuiet : FurtherAt(function)?.Quiet is not null;

    private static DeviceFunction[] MakeFurther(Endpoint owner, IReadOnlyList<FunctionOptions> functions)
    {
        if (functions.Count == 0)
            return [];
        var made = new DeviceFunction[functions.Count];
        int last = 0;
        for (int i = 0; i < made.Length; i++)
        {
            FunctionOptions options = functions[i];
            if (options.Number <= last || options.Number >= Bdf.FunctionsMax)
                throw new WiringException($"The further functions of a device are 1 to {Bdf.FunctionsMax - 1}, ascending; {options.Number} is not, after {last}.");
            last = options.Number;
            made[i] = new DeviceFunction(owner, options);
        }

        return made;
    }

    /// <summary>What function 0 says, if there are others.</summary>
    private EndpointConfigSpaceOptions WithFurther(EndpointConfigSpaceOptions configuration)
    {
        if (further.Length == 0)
            return configuration;
        int map = 0;
        foreach (DeviceFunction function in further)
            map |= function.IsCxl ? 0 : 1 << function.Number;
        return configuration with { MultiFunction = true, NonCxlFunctions = (byte)map };
    }

    /// <inheritdoc/>
    private protected override void OnLinkBack()
    {
        foreach (DeviceFunction function in further)
            function.TellLink();
    }

    private DeviceFunction? FurtherAt(int number)
    {
        foreach (DeviceFunction function in further)
        {
            if (function.Number == number)
                return function;
        }

        return null;
    }

    /// <summary>A register access to a further function, if it is for one.</summary>
    /// <returns>Whether it is completed.</returns>
    private bool ServeFurther(ref Message message)
    {
        var flags = (IoFlags)message.Flags;
        if ((flags & IoFlags.Configuration) != 0)
        {
            if ((flags & IoFlags.Type0) == 0 || Bdf.OfConfigurationAddress(message.Address) is not { Device: 0, Function: > 0 and var number })
                return false;
            if (FurtherAt(number) is not { } meant)
                CompleteIo(ref message, IoStatus.Unsupported);
            else if (meant.Quiet is { } reset)
                AnswerInReset(ref message, meant.Function, reset, number);
            else
                Serve(ref message, meant);
            return true;
        }

        foreach (DeviceFunction function in further)
        {
            if (function.Quiet is not null)
                continue; // its BARs decode nothing
            int bar = function.Function.BarAt(message.Address, out ulong offset);
            if (bar < 0)
                continue;
            ServeBar(ref message, function, bar, (long)offset);
            return true;
        }

        return false;
    }

    private void Serve(ref Message message, DeviceFunction function)
    {
        addressed = function;
        Serve(ref message, function.Function);
        addressed = null;
        SendOutgoing(function.Function);
    }

    private void ServeBar(ref Message message, DeviceFunction function, int bar, long offset)
    {
        addressed = function;
        if (bar == 0)
        {
            ServeSpace(ref message, function, offset);
        }
        else if (bar == PciFunction.VectorBar && function.Function.Vectors is { } vectors)
        {
            if (ServeSpace(ref message, vectors, offset))
                function.Function.ReleaseInterrupts();
        }
        else
        {
            function.Function.Log(AerUncorrectable.UnsupportedRequest, Header(message), advisory: true);
            CompleteIo(ref message, IoStatus.Unsupported);
        }

        addressed = null;
        SendOutgoing(function.Function);
    }

    /// <summary>What was asked of a further function by its configuration space.</summary>
    private void OnFurtherAsked(DeviceFunction function, ResetRequests asked)
    {
        if ((asked & ResetRequests.Caching) != 0)
            OnCachingWritten();
        if ((asked & ResetRequests.WriteBack) != 0)
            BeginWriteBack();
        if ((asked & ResetRequests.Function) != 0)
            ResetFurther(function);
    }

    /// <summary>A function-level reset of a further function: it alone is reset.</summary>
    private void ResetFurther(DeviceFunction function)
    {
        function.Reset(ResetKind.Function);
        if (function.Quiet == ResetKind.Cxl)
            return; // that one is longer
        function.Quiet = ResetKind.Function;
        After(function, function.Options.ResetTime);
    }

    private void After(DeviceFunction function, SimDuration delay)
    {
        var timer = new Message { Kind = (byte)MessageKind.ResetTimer, Argument = (ulong)function.Number << TimerFunctionShift | function.Resets, Payload = -1 };
        Schedule(ref timer, delay);
    }

    private void OnFurtherTimer(ulong argument)
    {
        if (FurtherAt((int)(argument >> TimerFunctionShift)) is { } function && function.Resets == (uint)argument)
            function.Quiet = null;
    }

    /// <summary>A CXL reset begins: the functions that take part in it answer no more.</summary>
    private void QuietFurther()
    {
        foreach (DeviceFunction function in further)
        {
            if (!function.IsCxl)
                continue;
            function.Quiet = ResetKind.Cxl;
            function.Resets++; // the end of a function-level reset is not the end of this one
        }
    }

    /// <summary>What the table says that a reset of the device does to its further functions.</summary>
    private void ResetFurther(ResetKind kind)
    {
        foreach (DeviceFunction function in further)
        {
            if (SurvivalTable.Of(kind, function.IsCxl ? ResetSubject.OtherCxlFunctions : ResetSubject.NonCxlFunctions) != Survival.Lost)
                continue;
            function.Reset(kind);
            if (kind != ResetKind.Cxl)
                function.Quiet = null;
        }
    }

    /// <summary>Function 0 can be reached again after a CXL reset: the others follow, each in its time.</summary>
    private void WakeFurther()
    {
        foreach (DeviceFunction function in further)
        {
            if (function.Quiet != ResetKind.Cxl || function.Options.Ready.IsNever)
                continue;
            if (function.Options.Ready.Time == SimDuration.Zero)
                function.Quiet = null;
            else
                After(function, function.Options.Ready.Time);
        }
    }

    /// <summary>Every device DVSEC of the device: that of function 0 first, then those of the functions that take part.</summary>
    private IEnumerable<(RegisterView View, DeviceDvsecRegisters Fields)> DeviceViews()
    {
        if (Function!.Device is { } own)
            yield return own;
        foreach (DeviceFunction function in further)
        {
            if (function.Function.Device is { } device)
                yield return device;
        }
    }
}
