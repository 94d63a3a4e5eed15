namespace WhatsAI.Web.Instances.Tape;

/// <summary>Marks the texts of a number's black box.</summary>
public sealed class TapeText;
