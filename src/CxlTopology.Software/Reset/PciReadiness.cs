using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>Waits for a function: until its transactions are over, until it answers after a reset.</summary>
internal sealed class PciReadiness(IConfigurationBus configuration, ISoftwareClock clock)
{
    /// <summary>How long a function may take to answer after a reset: 60 s.</summary>
    public static readonly SimDuration ReadyMax = SimDuration.FromSeconds(60);

    private const int DeviceStatus = 0x0A;
    private const uint TransactionsPending = 1 << 5;
    private const int LinkStatus = 0x12;
    private const uint LinkActive = 1 << 13;
    private static readonly SimDuration linkMax = SimDuration.FromMilliseconds(1000);
    private static readonly SimDuration linkPoll = SimDuration.FromMilliseconds(10);
    private static readonly SimDuration afterLink = SimDuration.FromMilliseconds(100);

    /// <summary>Waits at most 0.7 s for the transactions of a function to be over. False if they are not.</summary>
    public async Task<bool> WaitForTransactions(PciDevice device)
    {
        if (device.ExpressCapability == 0)
            return true;
        for (int wait = 0; wait <= 400; wait = wait == 0 ? 100 : 2 * wait)
        {
            if (wait != 0)
                await clock.Wait(SimDuration.FromMilliseconds(wait));
            if ((await configuration.ReadConfig(device.Bdf, device.ExpressCapability + DeviceStatus, 2) & TransactionsPending) == 0)
                return true;
        }

        return false;
    }

    /// <summary>Waits until a function answers: all ones are retry status, or nothing.</summary>
    /// <param name="device">The function.</param>
    /// <param name="after">After what, for the message.</param>
    /// <exception cref="ErrnoException">-ENOTTY: it did not within 60 s.</exception>
    public async Task WaitForAnswer(PciDevice device, string after)
    {
        SimDuration waited = SimDuration.Zero;
        for (SimDuration delay = SimDuration.FromMilliseconds(1); await configuration.ReadConfig(device.Bdf, 0) == uint.MaxValue; delay *= 2)
        {
            if (waited > ReadyMax)
                throw new ErrnoException(Errno.ENOTTY, $"{device.Bdf} does not answer {waited} after {after}.");
            await clock.Wait(delay);
            waited += delay;
        }
    }

    /// <summary>Waits until the link below a port is active, and the time that PCI Express leaves what is below to get ready.</summary>
    /// <exception cref="ErrnoException">-ENOTTY: it was not within 1 s.</exception>
    public async Task WaitForLink(PciDevice port)
    {
        SimTime deadline = clock.Now + linkMax;
        while ((await configuration.ReadConfig(port.Bdf, port.ExpressCapability + LinkStatus, 2) & LinkActive) == 0)
        {
            if (clock.Now >= deadline)
                throw new ErrnoException(Errno.ENOTTY, $"The link below {port.Bdf} was not active within 1 s of a bus reset.");
            await clock.Wait(linkPoll);
        }

        await clock.Wait(afterLink);
    }
}
