using WhatsAI.Core.Contacts.Consents;
using WhatsAI.Core.Tenancy;
using static WhatsAI.Tests.Contacts.ContactSamples;

namespace WhatsAI.Tests.Contacts.Consents;

public sealed class ConsentRulesTests
{
    private static readonly UserId _ana = new(Guid.NewGuid());
    private static readonly Consent _out = new(ConsentState.OptedOut, Now.AddDays(-3), null, ConsentSource.OptOutWord);
    private static readonly Consent _in = new(ConsentState.OptedIn, Now.AddDays(-3), LegalBasis.Consent, ConsentSource.Form);

    [Fact]
    public void Opt_in_is_kept_with_its_basis_and_a_line()
    {
        var news = In(ConsentSource.Form, Now.AddHours(-1));

        var change = ConsentRules.Decide(Consent.Unknown, news, Now).ShouldBeOfType<ConsentStep.Change>();

        change.Consent.ShouldBe(new Consent(ConsentState.OptedIn, Now.AddHours(-1), LegalBasis.Consent, ConsentSource.Form));
        change.Line.ShouldBe(new ConsentLine(ConsentState.Unknown, news, Now));
    }

    [Theory]
    [InlineData(ConsentSource.Import)]
    [InlineData(ConsentSource.Api)]
    [InlineData(ConsentSource.Merge)]
    public void No_file_and_no_program_takes_an_opt_out_back(ConsentSource source) =>
        ConsentRules.Decide(_out, In(source, Now), Now).ShouldBe(new ConsentStep.Kept("consent-kept.opted-out"));

    [Fact]
    public void Person_takes_his_opt_out_back_through_a_member_or_a_form()
    {
        ConsentRules.Decide(_out, In(ConsentSource.Form, Now), Now).ShouldBeOfType<ConsentStep.Change>();
        ConsentRules.Decide(_out, In(ConsentSource.Member, Now) with { By = _ana }, Now).ShouldBeOfType<ConsentStep.Change>();
    }

    [Fact]
    public void Opt_out_does_not_become_unknown() =>
        ConsentRules
            .Decide(_out, new ConsentNews(ConsentState.Unknown, Now, ConsentSource.Member, By: _ana), Now)
            .ShouldBe(new ConsentStep.Kept("consent-kept.opted-out"));

    [Fact]
    public void Older_word_changes_nothing_and_of_two_at_once_the_opt_out_counts()
    {
        var at = _in.Since!.Value;

        ConsentRules.Decide(_in, Out(at.AddMinutes(-1)), Now).ShouldBe(new ConsentStep.Kept("consent-kept.older"));
        ConsentRules.Decide(_in, Out(at), Now).ShouldBeOfType<ConsentStep.Change>().Consent.State.ShouldBe(ConsentState.OptedOut);
        ConsentRules.Decide(_out, In(ConsentSource.Form, at), Now).ShouldBe(new ConsentStep.Kept("consent-kept.older"));
    }

    [Fact]
    public void Same_word_again_makes_no_line() => ConsentRules.Decide(_out, Out(Now), Now).ShouldBe(new ConsentStep.Same());

    [Fact]
    public void Opt_in_without_basis_or_proof_is_refused()
    {
        var news = In(ConsentSource.Import, Now);

        KeyOf(() => ConsentRules.Decide(Consent.Unknown, news with { Basis = null }, Now)).ShouldBe("consent.proof-missing");
        KeyOf(() => ConsentRules.Decide(Consent.Unknown, news with { Proof = " " }, Now)).ShouldBe("consent.proof-missing");
        KeyOf(() => ConsentRules.Decide(Consent.Unknown, news with { Proof = new string('x', 501) }, Now))
            .ShouldBe("consent.proof-too-long");
    }

    [Fact]
    public void Member_stands_by_what_he_enters_and_nobody_speaks_from_the_future()
    {
        KeyOf(() => ConsentRules.Decide(Consent.Unknown, In(ConsentSource.Member, Now), Now)).ShouldBe("consent.invalid");
        KeyOf(() => ConsentRules.Decide(Consent.Unknown, In(ConsentSource.Form, Now) with { By = _ana }, Now)).ShouldBe("consent.invalid");
        KeyOf(() => ConsentRules.Decide(Consent.Unknown, In(ConsentSource.Form, Now.AddDays(2)), Now)).ShouldBe("consent.invalid");
        ConsentRules.Decide(Consent.Unknown, Out(Now.AddMinutes(5)), Now).ShouldBeOfType<ConsentStep.Change>("a phone's clock is ahead");
    }

    [Fact]
    public void Of_two_contacts_the_stricter_consent_holds_whatever_the_order()
    {
        var later = _in with { Since = Now };

        ConsentRules.Joined(_in, _out).ShouldBe(_out);
        ConsentRules.Joined(_out, later).ShouldBe(_out);
        ConsentRules.Joined(Consent.Unknown, _in).ShouldBe(_in);
        ConsentRules.Joined(_in, Consent.Unknown).ShouldBe(_in);
        ConsentRules.Joined(_in, later).ShouldBe(later);
        ConsentRules.Joined(later, _in).ShouldBe(later);
    }

    private static ConsentNews In(ConsentSource source, DateTimeOffset at) =>
        new(ConsentState.OptedIn, at, source, LegalBasis.Consent, "Formulário do site");

    private static ConsentNews Out(DateTimeOffset at) => new(ConsentState.OptedOut, at, ConsentSource.OptOutWord);
}
