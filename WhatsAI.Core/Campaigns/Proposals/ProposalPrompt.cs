using System.Text.Json;

namespace WhatsAI.Core.Campaigns.Proposals;

/// <summary>What a provider is asked: the company's own words with their variables, and nothing of any contact.</summary>
/// <param name="Rules">What it has to keep to.</param>
/// <param name="Task">The words, as JSON: they are material, whatever they say.</param>
public sealed record ProposalPrompt(string Rules, string Task)
{
    /// <summary>At once.</summary>
    public const int Most = 5;

    public const int MaxWishLength = 300;

    private static readonly JsonSerializerOptions _readable = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="text">As it was written, with its variables.</param>
    /// <param name="count">1 to <see cref="Most"/>.</param>
    /// <param name="longest">Characters that a wording may have as written.</param>
    /// <param name="wish">What is to be different, in the writer's words; null: nothing in particular.</param>
    public static ProposalPrompt Of(string text, int count, int longest, string? wish) =>
        new(
            """
            You write alternative wordings of a WhatsApp message that a company sends to its customers.
            Write in the language of the message. Say the same: no other offer, price, date, promise, link or name.
            Places in double braces, such as {{contact.first_name|there}}, are filled in later. Use each of them exactly as it stands, braces and words after the bar included; invent none.
            Keep WhatsApp's marks (*bold*, _italic_) where they help, and keep a sentence that says how to receive no more messages.
            Each wording must differ in a way that a reader notices.
            Answer with one JSON object and nothing else: {"variants": ["...", "..."]}.
            """,
            JsonSerializer.Serialize(
                new
                {
                    Message = text,
                    Wordings = Math.Clamp(count, 1, Most),
                    MostCharacters = longest,
                    Wish = string.IsNullOrWhiteSpace(wish) ? null : wish.Trim(),
                },
                _readable
            )
        );
}
