using System.Globalization;
using System.Text.RegularExpressions;
using WhatsAI.Core.Campaigns.Launch;
using WhatsAI.Core.Campaigns.Recipients;
using WhatsAI.Infrastructure.Campaigns;

namespace WhatsAI.Web.Campaigns.Settings;

/// <summary>The settings as they are typed.</summary>
internal sealed partial record CampaignSettingsForm
{
    private const int FirstAbove = 1_000;

    public int PerDay { get; set; } = 1;

    public int PerWeek { get; set; } = 1;

    public bool Asks { get; set; }

    public int Above { get; set; } = FirstAbove;

    public bool Skips { get; set; }

    public string Price { get; set; } = "";

    /// <summary>An amount as the reader writes it.</summary>
    public static string Example => 0.35m.ToString("0.00", CultureInfo.CurrentCulture);

    public static CampaignSettingsForm Of(CampaignSettingsView view) =>
        new()
        {
            PerDay = view.Cap.PerDay,
            PerWeek = view.Cap.PerWeek,
            Asks = view.Approval.Above is not null,
            Above = view.Approval.Above ?? FirstAbove,
            Skips = view.SkipsConversations,
            Price = view.Price?.ToString("0.00##", CultureInfo.CurrentCulture) ?? "",
        };

    /// <param name="view">What it becomes.</param>
    /// <param name="version">Of what it was read from.</param>
    /// <returns>False: the price is none.</returns>
    public bool TryRead(uint version, out CampaignSettingsView view)
    {
        // A comma and a point are both the decimal sign: nobody writes thousands here.
        var typed = Price.Trim().Replace(',', '.');
        decimal? price = null;
        if (typed.Length > 0)
        {
            price = Amount().IsMatch(typed) ? decimal.Parse(typed, CultureInfo.InvariantCulture) : null;
        }

        view = new CampaignSettingsView(new PersonCap(PerDay, PerWeek), new ApprovalPolicy(Asks ? Above : null), Skips, price, version);
        return typed.Length == 0 || price is not null;
    }

    [GeneratedRegex(@"^[0-9]{1,6}(\.[0-9]{1,4})?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Amount();
}
