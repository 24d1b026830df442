using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>
/// Akka's scheduler, which counts wall time, for Akka's own needs; the actors of a simulation may not use it, because what wall time decides
/// differs from run to run.
/// </summary>
/// <remarks>
/// Refused with <see cref="NotSupportedException"/>: whatever a component's actor schedules, and whatever anybody schedules to be told to one. A
/// receive timeout is one of these: it fails the actor at the end of its handler.
/// </remarks>
public sealed class GuardedScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly HashedWheelTimerScheduler wallTime;

    /// <summary>Called by Akka when the actor system starts.</summary>
    public GuardedScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log) => wallTime = new HashedWheelTimerScheduler(scheduler, log);

    /// <inheritdoc/>
    public override TimeSpan MonotonicClock => wallTime.MonotonicClock;

    /// <inheritdoc/>
    public override TimeSpan HighResMonotonicClock => wallTime.HighResMonotonicClock;

    /// <inheritdoc/>
    protected override DateTimeOffset TimeNow => ((ITimeProvider)wallTime).Now;

    /// <inheritdoc/>
    public void Dispose() => wallTime.Dispose();

    /// <inheritdoc/>
    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        Refuse(receiver);
        ((ITellScheduler)wallTime).ScheduleTellOnce(delay, receiver, message, sender, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable)
    {
        Refuse(receiver);
        ((ITellScheduler)wallTime).ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable)
    {
        Refuse(null);
        ((IScheduler)wallTime).Advanced.ScheduleOnce(delay, action, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable)
    {
        Refuse(null);
        wallTime.ScheduleOnce(delay, action, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable)
    {
        Refuse(null);
        ((IScheduler)wallTime).Advanced.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
    }

    /// <inheritdoc/>
    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable)
    {
        Refuse(null);
        wallTime.ScheduleRepeatedly(initialDelay, interval, action, cancelable);
    }

    private static void Refuse(ICanTell? receiver)
    {
        if (IsComponent(InternalCurrentActorCellKeeper.Current) || (receiver is LocalActorRef told && IsComponent(told.Cell)))
        {
            string who = (receiver as IActorRef ?? InternalCurrentActorCellKeeper.Current!.Self).Path.ToStringWithoutAddress();
            throw new NotSupportedException(
                $"{who} lives in simulated time; Akka's scheduler and receive timeouts count wall time. Use Schedule of the component.");
        }
    }

    private static bool IsComponent(ActorCell? cell) => cell is not null && cell.Props.Type == typeof(HostedActor);
}
