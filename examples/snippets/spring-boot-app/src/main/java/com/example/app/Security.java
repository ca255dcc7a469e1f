package com.example.app;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.converter.Converter;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

@Configuration
class Security {

  @Bean
  SecurityFilterChain pages(HttpSecurity http, ClientRegistrationRepository clients) throws Exception {
    var signOut = new OidcClientInitiatedLogoutSuccessHandler(clients);
    signOut.setPostLogoutRedirectUri("{baseUrl}/me");
    return http
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2Login(Customizer.withDefaults())
        .logout(logout -> logout.logoutSuccessHandler(signOut))
        .build();
  }

  // The access token is the API's (RFC 8707): asked for at the authorization endpoint, and named again at the token endpoint.
  @Bean
  OAuth2AuthorizationRequestResolver authorizationRequests(ClientRegistrationRepository clients, @Value("${API}") String api) {
    var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
    resolver.setAuthorizationRequestCustomizer(
        request -> request.additionalParameters(parameters -> parameters.put("resource", api)));
    return resolver;
  }

  @Bean
  RestClientAuthorizationCodeTokenResponseClient codes(@Value("${API}") String api) {
    var client = new RestClientAuthorizationCodeTokenResponseClient();
    client.addParametersConverter(naming(api));
    return client;
  }

  @Bean
  RestClientRefreshTokenTokenResponseClient refreshes(@Value("${API}") String api) {
    var client = new RestClientRefreshTokenTokenResponseClient();
    client.addParametersConverter(naming(api));
    return client;
  }

  private static <T extends AbstractOAuth2AuthorizationGrantRequest> Converter<T, MultiValueMap<String, String>> naming(String api) {
    return request -> {
      var parameters = new LinkedMultiValueMap<String, String>();
      parameters.add("resource", api);
      return parameters;
    };
  }

  // A token of the API is no token of userinfo: the claims are in the ID token.
  @Bean
  OidcUserService users() {
    var users = new OidcUserService();
    users.setRetrieveUserInfo(request -> false);
    return users;
  }
}
