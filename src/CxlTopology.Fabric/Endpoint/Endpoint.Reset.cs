using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The resets of an endpoint.</summary>
/// <remarks>
/// What survives is <see cref="SurvivalTable"/>'s to say. A conventional reset (hot, warm, cold) takes no time of its own: the link is down
/// meanwhile. In a function-level reset the function answers CXL.io with retry status, and memory goes on. In a CXL reset STATUS2 alone can
/// be read for at least <see cref="QuietTime"/>, and until the reset has ended or its time-out class has passed; memory requests that come
/// are lost, reads that were under way are lost as well, and writes that were are completed. Engines stop at the beginning of any reset of
/// function 0, and go on when software starts them again. A reset that begins while another is under way
/// takes its place.
/// </remarks>
public abstract partial class Endpoint
{
    /// <summary>How long a device is left alone after Initiate CXL Reset: 100 ms.</summary>
    public static SimDuration QuietTime { get; } = SimDuration.FromMilliseconds(100);

    private const ulong Ended = 0;
    private const ulong Readable = 1;
    private const int PhaseBits = 1;
    private uint resetNumber;
    private ResetKind? underway; // Function or Cxl: the others are over at once
    private bool memoryOff; // from the start of a CXL reset until it completes
    private ResetKind? quiet; // the reset for which CXL.io is answered with retry status
    private bool clears;
    private bool ended; // the time of the CXL reset is over; it waits for the cache
    private bool flushing; // the cache writes back
    private bool entered; // the cache was written back, and the CXL reset has taken effect
    private ushort epoch; // resets that gave up requests: conventional ones in 15:8, CXL resets in 7:0; in a request that was accepted, where its credits were

    /// <summary>The device's cache; null without one.</summary>
    public IDeviceCache? Cache { get; private protected set; }

    /// <summary>The reset under way: a function-level or CXL reset, or none.</summary>
    public ResetKind? ResetUnderway => underway;

    /// <summary>Whether it answers configuration and MMIO with retry status.</summary>
    public bool IsQuiet => quiet is not null;

    /// <summary>Gives the device a cache, before the run.</summary>
    public void AttachCache(IDeviceCache cache) => Cache = cache;

    private protected override void OnLinkLost()
    {
        GoDown();
        ResetConventionally(ResetKind.Hot);
    }

    private protected override void OnResetAsked(ResetRequests asked)
    {
        if (addressed is { } function)
        {
            OnFurtherAsked(function, asked);
            return;
        }

        if ((asked & ResetRequests.Logical) != 0)
            ResetLogicalDevices(Function!.TakeLogicalDevices());
        if ((asked & ResetRequests.Caching) != 0)
            OnCachingWritten();
        if ((asked & ResetRequests.WriteBack) != 0)
            BeginWriteBack();
        if ((asked & ResetRequests.Cxl) != 0)
            BeginCxlReset();
        if ((asked & ResetRequests.Function) != 0)
            BeginFunctionReset();
    }

    private bool HandleResetMessage(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.ResetControl:
                OnResetControl(message.Argument);
                return true;
            case MessageKind.ResetTimer:
                OnResetTimer(message.Argument);
                return true;
            case MessageKind.CacheInvalid:
                OnCacheInvalid();
                return true;
            default:
                return false;
        }
    }

    private void OnResetControl(ulong argument)
    {
        if (argument == ResetControl.Flush)
        {
            if (SurvivalTable.Of(ResetEvent.PersistentFlush, ResetSubject.Cache) == Survival.WrittenBack)
                IsWrittenBack();
            return;
        }

        switch ((ResetKind)(argument & ResetControl.KindMask))
        {
            case ResetKind.Function:
                BeginFunctionReset();
                break;
            case ResetKind.Cxl:
                BeginCxlReset();
                break;
            case var kind:
                DropLink();
                ResetConventionally(kind);
                break;
        }
    }

    private void ResetConventionally(ResetKind kind)
    {
        bool keepsVolatile = Function?.KeepsVolatile(kind) ?? false;
        StopEngines(kind);
        Supersede();
        (quiet, memoryOff, flushing) = (null, false, false);
        epoch += 0x100;
        while (waitingRequests is { Count: > 0 })
        {
            Message message = waitingRequests.Dequeue();
            Lose(ref message);
        }

        ResetRegisters(kind);
        ResetFurther(kind);
        ResetContents(kind, keepsVolatile);
    }

    private void BeginFunctionReset()
    {
        StopEngines(ResetKind.Function);
        ResetRegisters(ResetKind.Function);
        if (underway == ResetKind.Cxl)
            return; // that one is longer
        Supersede();
        (underway, quiet) = (ResetKind.Function, ResetKind.Function);
        After(options.Reset.FunctionTime, Ended);
    }

    private void BeginCxlReset()
    {
        bool clearing = Function!.Device is var (view, fields) && view.Get(fields.MemoryClearCapable) && view.Get(fields.MemoryClearEnable);
        StopEngines(ResetKind.Cxl);
        Supersede();
        (underway, quiet, clears, ended, entered) = (ResetKind.Cxl, ResetKind.Cxl, clearing, false, false);
        QuietFurther();
        Cache?.SetAllocating(false);
        if (SurvivalTable.Of(ResetKind.Cxl, ResetSubject.Cache) == Survival.WrittenBack)
            Flush();
        SetStatus2(complete: false, error: false, invalid: !flushing);
        if (!flushing)
            EnterCxlReset();

        SimDuration limit = TimeLimit();
        SimDuration time = options.Reset.Time ?? (options.Reset.Outcome == ResetOutcome.Late ? Longer(limit, QuietTime) * 13 / 10 : limit / 2);
        bool ends = options.Reset.Outcome != ResetOutcome.Never;
        if (ends)
            After(time, Ended);
        After(Longer(QuietTime, ends && time < limit ? time : limit), Readable);
    }

    /// <summary>The cache is written back: from here on memory does not answer, and registers have lost what they lose.</summary>
    private void EnterCxlReset()
    {
        (entered, memoryOff) = (true, true);
        DrainForCxlReset();
        ResetRegisters(ResetKind.Cxl);
        ResetFurther(ResetKind.Cxl);
        if (quiet is null)
            WakeFurther(); // the cache took so long that function 0 can be reached already
        Cache?.SetAllocating(false);
        SetStatus2(complete: false, error: false, invalid: true);
    }

    /// <summary>Writes that have arrived are done with the decoders as they are; reads that wait are given up.</summary>
    private void DrainForCxlReset()
    {
        epoch = (ushort)(epoch & 0xFF00 | epoch + 1 & 0xFF);
        if (Coherence is not null && TryEnter(Coherence))
        {
            int dropped = Coherence.DrainForReset();
            Resume();
            CountLost(dropped);
            if (dropped > 0)
                TellLoss();
        }

        for (int left = waitingRequests?.Count ?? 0; left > 0; left--)
        {
            Message message = waitingRequests!.Dequeue();
            message.Time = Now.Femtoseconds;
            if (message.Kind == (byte)MessageKind.M2SRwD)
                Accept(ref message);
            else
                Lose(ref message);
        }
    }

    private void OnResetTimer(ulong argument)
    {
        if (argument >> TimerFunctionShift != 0)
        {
            OnFurtherTimer(argument);
            return;
        }

        if (argument >> PhaseBits != resetNumber || underway is null && quiet is null)
            return; // of a reset that another took the place of
        if ((argument & Readable) != 0)
        {
            quiet = null;
            WakeFurther();
            return;
        }

        if (underway == ResetKind.Function)
        {
            (underway, quiet) = (null, null);
            WakeFurther(); // those that a CXL reset left quiet, in whose last part this one came
            return;
        }

        ended = true;
        EndCxlReset();
    }

    private void EndCxlReset()
    {
        if (underway != ResetKind.Cxl || !ended || flushing)
            return;
        bool failed = options.Reset.Outcome == ResetOutcome.Error;
        underway = null;
        memoryOff = failed;
        if (Coherence is not null)
        {
            DropCache(); // of the cache nothing is left; what the host may hold is of no meaning any more
            OfEngines(static engines => engines.Forget());
            TellLoss();
        }

        if (!failed)
        {
            ResetContents(ResetKind.Cxl, keepsVolatile: true);
            Cache?.SetAllocating(true);
        }

        SetStatus2(complete: !failed, error: failed, invalid: true);
    }

    /// <summary>Whether a response is to a request accepted before a reset that gave it up: a read by any, a write by a conventional one.</summary>
    private bool IsOverdue(in Message message)
    {
        ushort now = generations is null || message.Status is not ((byte)AccessStatus.Ok or (byte)AccessStatus.Poisoned) ? epoch : EpochOf(message.Address);
        return message.Credits != now && (message.Kind == (byte)MessageKind.S2MDrs || (message.Credits ^ now) >> 8 != 0);
    }

    /// <summary>Answers an access to the registers of a function while they cannot be reached.</summary>
    private void AnswerInReset(ref Message message, PciFunction function, ResetKind reset, int number)
    {
        const IoFlags Reading = IoFlags.Configuration | IoFlags.Type0;
        var flags = (IoFlags)message.Flags;
        bool reads = (flags & (Reading | IoFlags.Write)) == Reading && Bdf.OfConfigurationAddress(message.Address) is { Device: 0 } to && to.Function == number;
        if (reads && reset == ResetKind.Cxl && function.ReadInReset((int)message.Address & (Bdf.ConfigurationBytes - 1), IoWidth.Of(flags), out ulong value))
            CompleteIo(ref message, IoStatus.Ok, value);
        else
            CompleteIo(ref message, IoStatus.InReset);
    }

    private void OnCachingWritten()
    {
        bool allowed = !DeviceViews().Any(d => d.View.Get(d.Fields.DisableCaching)); // by any function
        Cache?.SetAllocating(allowed);
        if (allowed)
            SetCacheInvalid(false);
    }

    private void BeginWriteBack()
    {
        Flush();
        SetCacheInvalid(!flushing);
    }

    private void Flush() => flushing = !IsWrittenBack();

    /// <summary>Has the cache write back, as itself; whether that is over already. One that has failed does nothing, and is not waited for.</summary>
    private bool IsWrittenBack()
    {
        if (!TryEnterCache())
            return true;
        bool isOver = Cache!.WriteBackAndInvalidate();
        Resume();
        return isOver;
    }

    private void DropCache()
    {
        if (!TryEnterCache())
            return;
        Cache!.Drop();
        Resume();
    }

    private bool TryEnterCache() => Cache is not null && (Cache is not ComponentActor actor || TryEnter(actor));

    private void OnCacheInvalid()
    {
        if (!flushing)
            return;
        flushing = false;
        SetCacheInvalid(true);
        if (underway == ResetKind.Cxl && !entered)
            EnterCxlReset();
        EndCxlReset();
    }

    private void ResetRegisters(ResetKind kind)
    {
        Function?.Reset(kind);
        Decoders.Reset(kind);
        deviceRegisters?.Reset(kind);
        viral = Function?.IsViral ?? false;
        command++; // one that was being executed is not answered
        OfEngines(static engines => engines.Reset());
        TellFunction();
        if (kind is ResetKind.Function or ResetKind.Cxl)
            TellMedia();
        else
            BeginMedia();
        Control = Function?.DeviceControl ?? Control;
        if (SurvivalTable.Of(kind, ResetSubject.DvsecFields) == Survival.Lost)
            Cache?.SetAllocating(true);
    }

    private void ResetContents(ResetKind kind, bool keepsVolatile)
    {
        if (SurvivalTable.Of(kind, ResetSubject.Cache) == Survival.Lost)
        {
            DropCache();
            OfEngines(static engines => engines.Forget());
        }

        bool lost = SurvivalTable.Of(kind, ResetSubject.VolatileMemory) switch
        {
            Survival.Lost => true,
            Survival.AsConfigured => !keepsVolatile,
            Survival.ClearedIfEnabled => clears,
            _ => false,
        };
        if (lost)
            Media.Clear(0, options.Volatile.Bytes);
        if (SurvivalTable.Of(kind, ResetSubject.PersistentMemory) == Survival.Lost)
            Media.Clear(options.Volatile.Bytes, options.Capacity.Bytes);
    }

    private void StopEngines(ResetKind kind)
    {
        if (SurvivalTable.Of(kind, ResetSubject.Engines) == Survival.Stopped)
            OfEngines(static engines => engines.Stop());
    }

    private void SetStatus2(bool complete, bool error, bool invalid)
    {
        foreach ((RegisterView view, DeviceDvsecRegisters fields) in DeviceViews())
        {
            view.Set(fields.ResetComplete, complete);
            view.Set(fields.ResetError, error);
            view.Set(fields.CacheInvalid, invalid);
        }
    }

    private void SetCacheInvalid(bool invalid)
    {
        foreach ((RegisterView view, DeviceDvsecRegisters fields) in DeviceViews())
            view.Set(fields.CacheInvalid, invalid);
    }

    private SimDuration TimeLimit() => Function!.Device is var (view, fields)
        ? SimDuration.FromMilliseconds(CxlResetTimeout.MillisecondsOf(view.Get(fields.ResetTimeout)))
        : QuietTime;

    private void Supersede()
    {
        resetNumber++;
        underway = null;
    }

    private void After(SimDuration delay, ulong phase)
    {
        var timer = new Message { Kind = (byte)MessageKind.ResetTimer, Argument = (ulong)resetNumber << PhaseBits | phase, Payload = -1 };
        Schedule(ref timer, delay);
    }

    private static SimDuration Longer(SimDuration one, SimDuration other) => one < other ? other : one;
}
