using WhatsAI.Core.Campaigns.Guards;

namespace WhatsAI.Infrastructure.Campaigns;

/// <summary>Why a campaign was stopped, as its row and its history keep it.</summary>
/// <param name="Why">Resource keys below "held.", the gravest first.</param>
/// <param name="Culprit">The part without which it would be well; null where it is the whole.</param>
public sealed record PauseDetail(IReadOnlyList<string> Why, Culprit? Culprit = null)
{
    public override string ToString() => CampaignJson.Write(this);

    /// <summary>Null: there is none, or a later version wrote it.</summary>
    public static PauseDetail? Read(string? json)
    {
        try
        {
            return json is ['{', ..] ? CampaignJson.Read<PauseDetail>(json) : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
