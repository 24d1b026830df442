namespace CxlTopology.Specification;

/// <summary>The outcome of a mailbox command.</summary>
/// <param name="Code">How it ended.</param>
/// <param name="Length">Bytes of answer; 0 unless it succeeded.</param>
/// <param name="Effect">What it changed.</param>
/// <param name="Dpa">The device address that is meant, if any.</param>
public readonly record struct MailboxResult(
    MailboxReturnCode Code, int Length = 0, MailboxEffect Effect = MailboxEffect.None, Dpa Dpa = default);
