using WhatsAI.Core.Campaigns.Audiences;

namespace WhatsAI.Web.Campaigns.Drafts;

/// <summary>Something an audience can be made of.</summary>
/// <param name="Group">A resource key below "source.": "segment", "tag" or "file".</param>
/// <param name="Name">Null: it is gone.</param>
/// <param name="Count">Of it alone; null while unknown.</param>
public sealed record AudienceChoice(AudienceSource Source, string Group, string? Name, long? Count = null)
{
    public string Icon =>
        Group switch
        {
            "segment" => "filter_alt",
            "tag" => "label",
            _ => "upload_file",
        };

    public static string GroupOf(AudienceSource source) =>
        source switch
        {
            AudienceSource.OfSegment => "segment",
            AudienceSource.OfTag => "tag",
            _ => "file",
        };
}
