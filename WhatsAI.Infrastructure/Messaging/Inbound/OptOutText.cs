using System.Globalization;
using System.Resources;

namespace WhatsAI.Infrastructure.Messaging.Inbound;

/// <summary>What is written to people who opt out, in their company's language.</summary>
internal static class OptOutText
{
    private static readonly ResourceManager _words = new(typeof(OptOutText).FullName!, typeof(OptOutText).Assembly);

    public static string Confirmation(string language) => _words.GetString("confirmation", CultureInfo.GetCultureInfo(language))!;
}
