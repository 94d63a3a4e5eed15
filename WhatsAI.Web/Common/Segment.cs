namespace WhatsAI.Web.Common;

/// <summary>One side of a segmented switch.</summary>
public sealed record Segment<T>(T Value, string Text, string? Icon = null);
