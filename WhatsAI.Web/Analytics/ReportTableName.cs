namespace WhatsAI.Web.Analytics;

/// <summary>What can be downloaded.</summary>
public enum ReportTableName
{
    Figures,

    /// <summary>By agent, team or number, as the view says.</summary>
    Parts,
    Hours,
    Board,
}
