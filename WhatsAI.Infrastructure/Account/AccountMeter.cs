using System.Diagnostics.Metrics;

namespace WhatsAI.Infrastructure.Account;

/// <summary>Who tries to come in, and with what success.</summary>
internal static class AccountMeter
{
    public const string Name = "whatsai.account";
    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _signIns = _meter.CreateCounter<long>(
        "whatsai.account.sign_ins",
        "{try}",
        "Tries to sign in with a password, by result"
    );

    public static void Tried(SignInOutcome outcome) =>
        _signIns.Add(
            1,
            KeyValuePair.Create<string, object?>(
                "result",
                outcome switch
                {
                    SignInOutcome.SignedIn => "signed_in",
                    SignInOutcome.Wrong => "wrong",
                    _ => "locked",
                }
            )
        );
}
