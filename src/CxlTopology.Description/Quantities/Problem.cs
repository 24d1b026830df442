namespace CxlTopology.Description;

/// <summary>What is wrong with a value, before it is known where it stands.</summary>
/// <param name="Code">What kind of error.</param>
/// <param name="Message">What is wrong, with the value.</param>
/// <param name="Help">What to do: one sentence.</param>
internal readonly record struct Problem(DescriptionErrorCode Code, string Message, string Help);
