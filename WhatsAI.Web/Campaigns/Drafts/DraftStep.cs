namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>The steps of the wizard, in their order. A resource key below "step.".</summary>
public enum DraftStep
{
    Message,
    Audience,
    Numbers,
    Schedule,
    Plan,
}

internal static class DraftSteps
{
    public static IReadOnlyList<DraftStep> All { get; } = Enum.GetValues<DraftStep>();

    /// <summary>What the address says of it.</summary>
    public static string Name(this DraftStep step) => step.ToString().ToLowerInvariant();

    /// <summary>An unknown name is the first step.</summary>
    public static DraftStep Of(string? name) => All.FirstOrDefault(s => s.Name() == name);

    public static DraftStep? Before(this DraftStep step) => step == DraftStep.Message ? null : step - 1;

    public static DraftStep? After(this DraftStep step) => step == DraftStep.Plan ? null : step + 1;
}
