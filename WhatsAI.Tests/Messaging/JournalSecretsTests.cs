using System.Text;
using WhatsAI.Infrastructure.Messaging;

namespace WhatsAI.Tests.Messaging;

public sealed class JournalSecretsTests
{
    [Theory]
    [InlineData("""{"event":"x","apikey":"TOKEN"}""", """{"event":"x","apikey":"*****"}""")]
    [InlineData(
        """{"apikey" : "TOKEN","data":{"token":"T","api_key":"KEY"}}""",
        """{"apikey" : "*****","data":{"token":"*","api_key":"***"}}"""
    )]
    [InlineData("""{"apikey":"a\"b\\","event":"x"}""", """{"apikey":"******","event":"x"}""")]
    [InlineData("""{"apikey":null,"token":{"a":"b"},"x":"apikey"}""", """{"apikey":null,"token":{"a":"b"},"x":"apikey"}""")]
    [InlineData("""{"text":"\"apikey\":\"said\""}""", """{"text":"\"apikey\":\"said\""}""")]
    [InlineData("""{"apikey":"cut shor""", """{"apikey":"********""")]
    [InlineData("not json \"apikey\":\"T\"", "not json \"apikey\":\"*\"")]
    [InlineData("\"apikey\"", "\"apikey\"")]
    [InlineData("\"apikey\":", "\"apikey\":")]
    [InlineData("", "")]
    public void Keys_of_gateways_are_blotted_out_and_nothing_else(string body, string kept)
    {
        var bytes = Encoding.UTF8.GetBytes(body);

        JournalSecrets.Blot(bytes);

        Encoding.UTF8.GetString(bytes).ShouldBe(kept);
    }
}
