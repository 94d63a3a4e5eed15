using WhatsAI.Core.Campaigns.Audiences;
using WhatsAI.Core.Campaigns.Planning;
using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Instances.Pools;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Campaigns.Planning;

/// <summary>The last flight plan of a draft, as it was shown: what is launched is held to it.</summary>
public sealed class FlightPlanRow : ITenantOwned
{
    public TenantId TenantId { get; init; }

    public CampaignId CampaignId { get; init; }

    /// <summary>Of everything it was made of (<see cref="Core.Campaigns.Launch.LaunchPrint"/>).</summary>
    public string Print { get; init; } = "";

    public FlightPlan Plan { get; init; } = null!;

    /// <summary>Of those who are left out the first of each reason, by contact; who they are is looked up when somebody asks.</summary>
    public IReadOnlyDictionary<Exclusion, IReadOnlyList<Guid>> LeftOut { get; init; } = new Dictionary<Exclusion, IReadOnlyList<Guid>>();

    /// <summary>On what ground those are written to whose consent is unknown; null: they are not.</summary>
    public LegalBasis? Basis { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    public UserId MadeBy { get; init; }
}
