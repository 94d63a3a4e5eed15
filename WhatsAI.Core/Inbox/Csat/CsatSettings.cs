using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Core.Inbox.Csat;

/// <summary>Whether a company asks its customers how it was, with which words and how often.</summary>
/// <param name="Question">A text as canned responses are written, with their variables.</param>
/// <param name="Thanks">What an answer is thanked for with; empty: nothing.</param>
/// <param name="AnswerHours">How long an answer is taken for a score.</param>
/// <param name="QuietDays">How long the same person is not asked again; 0: always.</param>
public sealed record CsatForm(bool Enabled, string Question, string Thanks, int AnswerHours, int QuietDays);

/// <summary>A company's question after a resolution. Off until it is switched on.</summary>
public sealed class CsatSettings : ITenantOwned
{
    public const int MaxTextLength = 1_000;
    public const int DefaultAnswerHours = 24;
    public const int DefaultQuietDays = 7;

    private CsatSettings() { }

    /// <exception cref="RuleException">See <see cref="Change"/>.</exception>
    public CsatSettings(TenantId tenantId, CsatForm form)
    {
        TenantId = tenantId;
        Change(form);
    }

    public TenantId TenantId { get; private set; }

    public bool Enabled { get; private set; }

    public string Question { get; private set; } = "";

    public string Thanks { get; private set; } = "";

    public int AnswerHours { get; private set; }

    public int QuietDays { get; private set; }

    /// <summary>The row's version (PostgreSQL's xmin); an edit of a stale copy is a conflict.</summary>
    public uint Version { get; private set; }

    public CsatForm Form => new(Enabled, Question, Thanks, AnswerHours, QuietDays);

    /// <exception cref="RuleException">There is no question, a text is too long or has a variable that is none, or a number is out of its bounds.</exception>
    public void Change(CsatForm form)
    {
        var (question, thanks) = (form.Question.Trim(), form.Thanks.Trim());
        if (question.Length is 0 or > MaxTextLength || thanks.Length > MaxTextLength)
        {
            throw new RuleException("csat.text-invalid", MaxTextLength);
        }

        if (form.AnswerHours is < 1 or > 168 || form.QuietDays is < 0 or > 365)
        {
            throw new RuleException("csat.number-invalid", 168, 365);
        }

        CannedTemplate.Parse(question);
        CannedTemplate.Parse(thanks);
        (Enabled, Question, Thanks, AnswerHours, QuietDays) = (form.Enabled, question, thanks, form.AnswerHours, form.QuietDays);
    }

    /// <summary>The words for one customer: what is not known and has no words of its own is left out.</summary>
    public static string Fill(string template, CannedValues values) =>
        MessageLimits.CheckText(
            System.Text.RegularExpressions.Regex.Replace(
                CannedTemplate.Parse(template).Fill(values, _ => "").Text,
                @"[ \t]+(?=[ \t,.!?\n]|$)",
                "",
                System.Text.RegularExpressions.RegexOptions.None,
                TimeSpan.FromSeconds(1)
            )
        );
}
