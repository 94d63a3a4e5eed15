using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Campaigns;

/// <summary>What holds for all campaigns of a company.</summary>
public sealed class CampaignSettings : ITenantOwned
{
    public const decimal MostPrice = 100;
    public const int MostAlone = 10_000_000;

    private CampaignSettings() { }

    /// <summary>As long as nobody changed anything.</summary>
    public CampaignSettings(TenantId tenantId) => TenantId = tenantId;

    public TenantId TenantId { get; private set; }

    /// <summary>Campaign messages to one person, by all numbers together.</summary>
    public PersonCap Cap { get; private set; } = new();

    public ApprovalPolicy Approval { get; private set; } = new();

    /// <summary>Whether those are left out whom an agent is talking with.</summary>
    public bool SkipsConversations { get; private set; } = true;

    /// <summary>Of one message, in the company's currency; null: messages cost nothing by the piece.</summary>
    public decimal? Price { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    /// <param name="price">With four decimals at most.</param>
    /// <exception cref="RuleException">Something is out of bounds.</exception>
    public void Change(PersonCap cap, ApprovalPolicy approval, bool skipsConversations, decimal? price)
    {
        if (approval.Above is < 0 or > MostAlone)
        {
            throw new RuleException("campaign.approval-invalid", MostAlone);
        }

        if (price is < 0 or > MostPrice)
        {
            throw new RuleException("campaign.price-invalid", MostPrice);
        }

        (Cap, Approval, SkipsConversations) = (cap.Checked(), approval, skipsConversations);
        Price = price is { } p ? decimal.Round(p, 4) : null;
    }
}
