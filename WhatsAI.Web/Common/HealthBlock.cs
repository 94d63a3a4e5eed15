namespace WhatsAI.Web.Common;

/// <summary>One layer of a number's health. <paramref name="State"/> says it in words, with its last proof where there is one.</summary>
public sealed record HealthBlock(string Name, Tone Tone, string State)
{
    public string Text => $"{Name}: {State}";
}
