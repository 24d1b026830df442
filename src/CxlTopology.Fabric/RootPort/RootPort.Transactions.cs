using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a root port does when requests are not answered, or its link goes down: completion timeout of CXL.io, timeout and isolation of CXL.mem.</summary>
/// <remarks>
/// CXL.io requests are always watched: one that waits longer than the Completion Timeout Value says is completed with all ones and logged (AER), unless the timeout is disabled.
/// CXL.mem requests are watched while timeout or isolation is enabled, and not at all otherwise. A request that times out is completed by the policy for unclaimed accesses; with
/// isolation enabled that happens to all that are under way, and to each new one, until software clears the status. Isolated requests are counted as such.
/// </remarks>
public sealed partial class RootPort
{
    private const ulong OfRegisters = 0;
    private const ulong OfMemory = 1;
    private readonly TransactionWatch registerAccesses = new();
    private TransactionWatch? memoryAccesses; // once it was enabled
    private TimerHandle registerTimer;
    private bool registerTimerSet;
    private bool memoryTimerSet;
    private bool watching;
    private bool guarded; // isolated, or requests are watched

    /// <summary>Whether the port answers CXL.mem requests itself.</summary>
    public bool IsIsolated { get; private set; }

    /// <inheritdoc/>
    private protected override void OnServed()
    {
        RefreshGuard();
        base.OnServed();
    }

    /// <inheritdoc/>
    private protected override void OnLinkDown()
    {
        memoryAccesses?.Forget(); // what is below is reset
        if (Isolation is { } view && view.Get(TimeoutIsolationRegisters.MemIsolationOnLinkDown))
            Isolate(linkDown: true);
    }

    private RegisterView? Isolation => MadeFunction?.Components.Isolation;

    private void RefreshGuard()
    {
        if (Isolation is not { } view)
            return;
        if (!view.Get(TimeoutIsolationRegisters.MemIsolation))
            IsIsolated = false;
        watching = view.Get(TimeoutIsolationRegisters.MemTimeoutEnable) || view.Get(TimeoutIsolationRegisters.MemIsolationEnable)
            || view.Get(TimeoutIsolationRegisters.MemIsolationOnLinkDown);
        if (watching)
            memoryAccesses ??= new TransactionWatch();
        guarded = IsIsolated || watching || memoryAccesses is { Count: > 0 };
    }

    /// <summary>A memory request on its way down while the port is guarded. True if it is completed.</summary>
    private bool Intercept(ref Message message)
    {
        if (IsIsolated)
        {
            CompleteFor(ref message, AccessStatus.Isolated);
            return true;
        }

        if (!watching || !IsUp)
            return false;
        RegisterView view = Isolation!.Value;
        bool timed = view.Get(TimeoutIsolationRegisters.MemTimeoutEnable);
        memoryAccesses!.Sent(message, timed ? Deadline(view.Get(TimeoutIsolationRegisters.MemTimeoutValue)) : long.MaxValue);
        SetMemoryTimer();
        return false;
    }

    private void Isolate(bool linkDown)
    {
        RegisterView view = Isolation!.Value;
        view.Set(TimeoutIsolationRegisters.MemIsolation, true);
        if (linkDown)
            view.Set(TimeoutIsolationRegisters.MemIsolationLinkDown, true);
        IsIsolated = guarded = true;
        foreach (Message waiting in memoryAccesses?.GiveUpAll() ?? [])
        {
            Message request = waiting;
            request.Time = Now.Femtoseconds;
            CompleteFor(ref request, AccessStatus.Isolated);
        }

        if (view.Get(TimeoutIsolationRegisters.InterruptEnable))
            Function!.Raise(view.Get(TimeoutIsolationRegisters.InterruptMessage));
        SendOutgoing();
    }

    private void CompleteFor(ref Message message, AccessStatus reason)
    {
        message.Spacing = 0;
        AnswerUnclaimed(ref message, reason);
        HandOver(Parent!, ref message);
    }

    /// <summary>A register access goes down.</summary>
    private void Watch(in Message message)
    {
        PciFunction function = Function!;
        registerAccesses.Sent(message, function.CompletionTimeout is { } code ? Deadline(code) : long.MaxValue);
        if (!registerTimerSet && registerAccesses.NextDeadline() is { } due)
        {
            registerTimer = SetTimer(OfRegisters, due);
            registerTimerSet = true;
        }
    }

    /// <summary>A completion of CXL.io came. False if its request was given up: it was not expected any more.</summary>
    private bool IsExpected(in Message message)
    {
        bool expected = registerAccesses.Answered(message);
        if (registerTimerSet && registerAccesses.Count == 0)
        {
            Cancel(registerTimer);
            registerTimerSet = false;
        }

        if (!expected)
        {
            Function!.Log(AerUncorrectable.UnexpectedCompletion, Header(message), advisory: true);
            SendOutgoing();
        }

        return expected;
    }

    private void OnTransactionTimer(ulong which)
    {
        if (which == OfRegisters)
        {
            registerTimerSet = false;
            while (registerAccesses.TryGiveUp(Now.Femtoseconds, out Message request))
            {
                Function!.Log(AerUncorrectable.CompletionTimeout, Header(request));
                request.Time = Now.Femtoseconds;
                CompleteIo(ref request, IoStatus.Timeout);
                HandOver(Parent!, ref request);
            }

            if (registerAccesses.NextDeadline() is { } next)
            {
                registerTimer = SetTimer(OfRegisters, next);
                registerTimerSet = true;
            }

            SendOutgoing();
            return;
        }

        memoryTimerSet = false;
        while (memoryAccesses!.TryGiveUp(Now.Femtoseconds, out Message request))
            OnMemoryTimeout(ref request);
        SetMemoryTimer();
        RefreshGuard();
    }

    private void OnMemoryTimeout(ref Message request)
    {
        RegisterView view = Isolation!.Value;
        view.Set(TimeoutIsolationRegisters.MemTimeout, true);
        bool isolates = view.Get(TimeoutIsolationRegisters.MemIsolationEnable);
        request.Time = Now.Femtoseconds;
        CompleteFor(ref request, isolates ? AccessStatus.Isolated : AccessStatus.Timeout);
        if (isolates && !IsIsolated)
            Isolate(linkDown: false);
    }

    private void SetMemoryTimer()
    {
        if (memoryTimerSet || memoryAccesses!.NextDeadline() is not { } due)
            return;
        SetTimer(OfMemory, due);
        memoryTimerSet = true;
    }

    private TimerHandle SetTimer(ulong which, long due)
    {
        var timer = new Message { Kind = (byte)MessageKind.TransactionTimer, Argument = which, Payload = -1 };
        return Schedule(ref timer, new SimTime(due) - Now);
    }

    /// <summary>When a request that goes down now has waited too long; never, past the end of time.</summary>
    private long Deadline(byte code)
    {
        long wait = SimDuration.FromMicroseconds(TransactionTimeout.MicrosecondsOf(code)).Femtoseconds;
        return wait < long.MaxValue - Now.Femtoseconds ? Now.Femtoseconds + wait : long.MaxValue;
    }
}
